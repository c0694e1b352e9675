export { renderArchiveHtml, renderArchiveMarkdown } from './archive';
export type { Announcement, ChannelKind, ChannelState, Digest, DigestCommit, Message } from './digest';
export { type DigestChannel, makeDigest, makeDigests } from './makeDigest';
export { renderHtml, renderMarkdown, renderSlack, renderTeams, renderText } from './render';
export { announceCritical } from './send/announce';
export { type Delivery, deliverOpen } from './send/deliver';
export type { ChannelSettings, OutletOptions } from './send/outlet';
export { type RenderOptions, viewOfAnnouncement, viewOfDigest } from './wording';
