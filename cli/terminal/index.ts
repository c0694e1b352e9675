export { formatSeconds, type ProgressBar, startProgressBar } from './progressBar';
export { paint, type Screen, type Style, screenOf } from './style';
export { type Column, renderTable, type TableOptions } from './table';
export { clip, firstLine, plain, widthOf, wrap } from './text';
