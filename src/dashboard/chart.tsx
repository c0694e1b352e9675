import { useEffect, useRef } from 'preact/hooks';
import UPlot from 'uplot';
import type { Stats } from './api';
import { levels, number } from './parts';

const chartHeight = 220;
const drawn = levels.filter((level) => level !== 'unscored');

/** Commits a day and level as lines; the same numbers stand in a table for whoever does not see it. */
export function RiskChart({ stats }: { stats: Stats }) {
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const element = place.current;
    if (!element) return;
    const dark = matchMedia('(prefers-color-scheme: dark)');
    let chart: UPlot | undefined;
    const draw = () => {
      chart?.destroy();
      chart = new UPlot(optionsFor(element), dataOf(stats), element);
    };
    draw();
    const resized = new ResizeObserver(() =>
      chart?.setSize({ width: element.clientWidth, height: chartHeight }),
    );
    resized.observe(element);
    dark.addEventListener('change', draw);
    return () => {
      resized.disconnect();
      dark.removeEventListener('change', draw);
      chart?.destroy();
    };
  }, [stats]);
  return (
    <>
      <div class="chart" ref={place} aria-hidden="true" />
      <details>
        <summary>The numbers as a table</summary>
        <div>
          <table>
            <thead>
              <tr>
                <th scope="col">Day</th>
                {drawn.map((level) => (
                  <th scope="col" key={level}>
                    {level}
                  </th>
                ))}
                <th scope="col">all</th>
              </tr>
            </thead>
            <tbody>
              {stats.byDay
                .filter(({ commits }) => commits > 0)
                .map(({ date, byLevel, commits }) => (
                  <tr key={date}>
                    <th scope="row">{date}</th>
                    {drawn.map((level) => (
                      <td key={level}>{number(byLevel[level] ?? 0)}</td>
                    ))}
                    <td>{number(commits)}</td>
                  </tr>
                ))}
            </tbody>
          </table>
        </div>
      </details>
    </>
  );
}

const secondsADay = 86_400;

/** Every day of the range: one without commits is a zero, not a line from the day before to the day after. */
function dataOf({ startDate, endDate, byDay }: Stats): UPlot.AlignedData {
  const first = Date.parse(startDate) / 1_000;
  const count = Math.round((Date.parse(endDate) / 1_000 - first) / secondsADay) + 1;
  const days = Array.from({ length: count }, (_, day) => first + day * secondsADay);
  const counts = new Map(byDay.map(({ date, byLevel }) => [Date.parse(date) / 1_000, byLevel]));
  return [days, ...drawn.map((level) => days.map((day) => counts.get(day)?.[level] ?? 0))];
}

function optionsFor(element: HTMLElement): UPlot.Options {
  const styles = getComputedStyle(element);
  const colour = (name: string) => styles.getPropertyValue(name).trim();
  const axis = {
    stroke: colour('--muted'),
    grid: { stroke: colour('--line'), width: 1 },
    ticks: { show: false },
  };
  return {
    width: element.clientWidth,
    height: chartHeight,
    tzDate: (seconds) => UPlot.tzDate(new Date(seconds * 1_000), 'Etc/UTC'),
    scales: { y: { range: (_, __, max) => [0, Math.max(1, max * 1.1)] } },
    axes: [
      {
        ...axis,
        values: (_, seconds) => seconds.map((at) => new Date(at * 1_000).toISOString().slice(5, 10)),
      },
      { ...axis, size: 44, incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000] },
    ],
    legend: { live: false },
    cursor: { drag: { x: false, y: false } },
    series: [
      { label: 'Day' },
      ...drawn.map((level, index) => ({
        label: level,
        stroke: colour(`--${level}`),
        width: 2,
        // Told apart without colour too.
        dash: [[], [8, 4], [2, 3], [12, 3, 2, 3]][index] ?? [],
        points: { show: false },
      })),
    ],
  };
}
