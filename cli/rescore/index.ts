/** What a new policy changes over the stored history: asked page by page, summed up, told. */

export { describeRescore } from './describeRescore';
export { rescoredPages } from './rescoredPages';
export { RescoreSummary } from './summary';
