export { renderHtml } from './html';
export { renderMarkdown } from './markdown';
export { renderSlack } from './slack';
export { renderTeams } from './teams';
export { renderText } from './text';
