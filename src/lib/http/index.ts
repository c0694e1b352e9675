export { acceptedType } from './accept';
export { bodyBytesMax, mediaType, parseJson, refuseLargeBody, requireJson } from './body';
export { type CsvValue, csvLine } from './csv';
export { decodeCursor, encodeCursor } from './cursor';
export { parseParameters, share, wholeNumber } from './parameters';
export { type ProblemDocument, problemDocument } from './problemDocument';
export { securityHeaders } from './securityHeaders';
