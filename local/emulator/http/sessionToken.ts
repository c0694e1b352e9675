import type { PhysicalRange } from '../partition/ranges';
import type { Container } from '../resources/container';

/** `<range>:-1#<lsn>`: one shape for good, since clients refuse tokens whose regions come and go. */
export const sessionToken = (container: Container, range: PhysicalRange | undefined): string =>
  `${range?.id ?? container.record.ranges[0]?.id ?? '0'}:-1#${container.lsn}`;
