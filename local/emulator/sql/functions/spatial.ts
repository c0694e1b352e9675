import { isObject, type JsonObject } from '../../json';
import type { Value } from '../values';
import { define, type FunctionTable, isNumber } from './signature';

/** Longitude and latitude in degrees. */
type Position = [number, number];
type Ring = Position[];

type Shape =
  | { type: 'Point'; at: Position }
  | { type: 'LineString'; line: Position[] }
  | { type: 'Polygon'; rings: Ring[] }
  | { type: 'MultiPolygon'; polygons: Ring[][] };

const earthRadiusM = 6_371_008.8;
const radians = (degrees: number): number => (degrees * Math.PI) / 180;

const isPosition = (value: unknown): value is Position =>
  Array.isArray(value) && value.length >= 2 && isNumber(value[0]) && isNumber(value[1]);

function positionProblem(value: unknown): string | undefined {
  if (!isPosition(value)) return 'A position must be an array of two numbers.';
  if (Math.abs(value[0]) > 180) return 'Longitude values must be between -180 and 180 degrees.';
  if (Math.abs(value[1]) > 90) return 'Latitude values must be between -90 and 90 degrees.';
  return undefined;
}

const listProblem = (
  list: unknown,
  min: number,
  check: (value: unknown) => string | undefined,
): string | undefined => {
  if (!Array.isArray(list) || list.length < min) return `The coordinates need at least ${min} entries.`;
  for (const value of list) {
    const problem = check(value);
    if (problem) return problem;
  }
  return undefined;
};

function ringProblem(ring: unknown): string | undefined {
  const problem = listProblem(ring, 4, positionProblem);
  if (problem) return problem;
  const [first, last] = [(ring as Ring)[0], (ring as Ring).at(-1)];
  const closed = first?.[0] === last?.[0] && first?.[1] === last?.[1];
  return closed ? undefined : 'The start and end points of each ring of the polygon must be the same.';
}

const polygonProblem = (rings: unknown) => listProblem(rings, 1, ringProblem);

/** What is wrong with a GeoJSON value; `undefined` when nothing is. */
function problemOf({ type, coordinates }: JsonObject): string | undefined {
  if (type === 'Point') return positionProblem(coordinates);
  if (type === 'LineString') return listProblem(coordinates, 2, positionProblem);
  if (type === 'Polygon') return polygonProblem(coordinates);
  if (type === 'MultiPolygon') return listProblem(coordinates, 1, polygonProblem);
  return 'The type must be Point, LineString, Polygon or MultiPolygon.';
}

function shapeOf(value: Value): Shape | undefined {
  if (!isObject(value) || problemOf(value)) return undefined;
  if (value.type === 'Point') return { type: 'Point', at: value.coordinates as Position };
  if (value.type === 'LineString') return { type: 'LineString', line: value.coordinates as Position[] };
  if (value.type === 'Polygon') return { type: 'Polygon', rings: value.coordinates as Ring[] };
  return { type: 'MultiPolygon', polygons: value.coordinates as Ring[][] };
}

const polygonsOf = (shape: Shape): Ring[][] =>
  shape.type === 'Polygon' ? [shape.rings] : shape.type === 'MultiPolygon' ? shape.polygons : [];

const linesOf = (shape: Shape): Position[][] => {
  if (shape.type === 'Point') return [[shape.at]];
  return shape.type === 'LineString' ? [shape.line] : polygonsOf(shape).flat();
};

function haversineM([lon1, lat1]: Position, [lon2, lat2]: Position): number {
  const a =
    Math.sin(radians(lat2 - lat1) / 2) ** 2 +
    Math.cos(radians(lat1)) * Math.cos(radians(lat2)) * Math.sin(radians(lon2 - lon1) / 2) ** 2;
  return 2 * earthRadiusM * Math.asin(Math.min(1, Math.sqrt(a)));
}

/** The point of a segment nearest to another, on the plane around that other point. */
function nearestOn([a, b]: [Position, Position], [x, y]: Position): Position {
  const scale = Math.cos(radians(y));
  const [dx, dy] = [(b[0] - a[0]) * scale, b[1] - a[1]];
  const length = dx * dx + dy * dy;
  const along = length === 0 ? 0 : ((x - a[0]) * scale * dx + (y - a[1]) * dy) / length;
  const share = Math.min(1, Math.max(0, along));
  return [a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share];
}

const segmentsOf = (line: Position[]): [Position, Position][] =>
  line.length === 1 && line[0] ? [[line[0], line[0]]] : line.slice(1).map((end, i) => [line[i] ?? end, end]);

function insideRing(ring: Ring, [x, y]: Position): boolean {
  let inside = false;
  for (const [a, b] of segmentsOf(ring))
    if (a[1] > y !== b[1] > y && x < ((b[0] - a[0]) * (y - a[1])) / (b[1] - a[1]) + a[0]) inside = !inside;
  return inside;
}

const insidePolygon = ([outer = [], ...holes]: Ring[], at: Position): boolean =>
  insideRing(outer, at) && !holes.some((hole) => insideRing(hole, at));

const insideAny = (shape: Shape, at: Position): boolean =>
  polygonsOf(shape).some((rings) => insidePolygon(rings, at));

function crosses([a, b]: [Position, Position], [c, d]: [Position, Position]): boolean {
  const side = (p: Position, q: Position, r: Position) =>
    Math.sign((q[0] - p[0]) * (r[1] - p[1]) - (q[1] - p[1]) * (r[0] - p[0]));
  return side(a, b, c) !== side(a, b, d) && side(c, d, a) !== side(c, d, b);
}

function intersects(a: Shape, b: Shape): boolean {
  const [left, right] = [linesOf(a), linesOf(b)];
  if (left.flat().some((at) => insideAny(b, at)) || right.flat().some((at) => insideAny(a, at))) return true;
  if (a.type === 'Point' || b.type === 'Point') return distanceM(a, b) === 0;
  const segments = right.flatMap(segmentsOf);
  return left.flatMap(segmentsOf).some((one) => segments.some((other) => crosses(one, other)));
}

function distanceM(a: Shape, b: Shape): number {
  const [left, right] = [linesOf(a), linesOf(b)];
  if (left.flat().some((at) => insideAny(b, at)) || right.flat().some((at) => insideAny(a, at))) return 0;
  const toLines = (points: Position[], lines: Position[][]) =>
    points.flatMap((at) =>
      lines.flatMap(segmentsOf).map((segment) => haversineM(at, nearestOn(segment, at))),
    );
  return Math.min(...toLines(left.flat(), right), ...toLines(right.flat(), left));
}

/** The area of a ring on the sphere, in square metres. */
function ringAreaM2(ring: Ring): number {
  const sum = segmentsOf(ring).reduce(
    (total, [a, b]) => total + radians(b[0] - a[0]) * (2 + Math.sin(radians(a[1])) + Math.sin(radians(b[1]))),
    0,
  );
  return Math.abs((sum * earthRadiusM * earthRadiusM) / 2);
}

const ofShapes = (call: (a: Shape, b: Shape) => Value) =>
  define(2, 2, (values) => {
    const [a, b] = values.map(shapeOf);
    return a && b ? call(a, b) : undefined;
  });

const detailed = (value: Value): Value => {
  if (!isObject(value)) return undefined;
  const reason = problemOf(value);
  return reason ? { valid: false, reason } : { valid: true };
};

export const spatial: FunctionTable = {
  ST_AREA: define(1, 1, ([value]) => {
    const shape = shapeOf(value);
    if (!shape) return undefined;
    return polygonsOf(shape).reduce(
      (sum, [outer = [], ...holes]) =>
        sum + ringAreaM2(outer) - holes.reduce((total, hole) => total + ringAreaM2(hole), 0),
      0,
    );
  }),
  ST_DISTANCE: ofShapes(distanceM),
  ST_INTERSECTS: ofShapes(intersects),
  ST_ISVALID: define(1, 1, ([value]) => (isObject(value) ? problemOf(value) === undefined : false)),
  ST_ISVALIDDETAILED: define(1, 1, ([value]) => detailed(value)),
  ST_WITHIN: ofShapes((a, b) =>
    linesOf(a)
      .flat()
      .every((at) => insideAny(b, at)),
  ),
};
