/** How long a stopping host waits for what is under way. Azure waits longer: 10 minutes, or 60 to scale in. */
const graceMs = 10_000;

/** Resolves with the work, or when the grace is over, whichever comes first. */
export async function withinGrace(work: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const over = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, graceMs);
  });
  await Promise.race([work, over]);
  clearTimeout(timer);
}
