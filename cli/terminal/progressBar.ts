import { Presets, SingleBar } from 'cli-progress';
import type { Screen } from './style';
import { clip } from './text';

export interface ProgressBar {
  update(done: number): void;
  /** Leaves the bar as it is and goes to the next line. */
  stop(): void;
}

const lineEveryMs = 5_000;

/**
 * Progress on stderr: a bar with rate and time left on a terminal, elsewhere a plain line every five seconds.
 * @param startedAt how much was done before: it does not count towards the rate
 */
export function startProgressBar(
  label: string,
  total: number,
  startedAt: number,
  screen: Screen,
  stream: NodeJS.WriteStream = process.stderr,
): ProgressBar {
  const beganMs = performance.now();
  const rate = (done: number): number =>
    Math.round((done - startedAt) / Math.max((performance.now() - beganMs) / 1000, 0.001));
  const timeLeft = (done: number): string =>
    rate(done) > 0 ? formatSeconds((total - done) / rate(done)) : '-';

  if (!screen.live) {
    let lastMs = beganMs;
    return {
      update(done) {
        if (performance.now() - lastMs < lineEveryMs) return;
        lastMs = performance.now();
        stream.write(`${label}: ${done} of ${total}, ${rate(done)}/s, ${timeLeft(done)} left\n`);
      },
      stop() {},
    };
  }
  const digits = String(total).length;
  const fixed = digits * 2 + 37;
  const bar = new SingleBar(
    {
      format: `${clip(label, Math.max(screen.width - fixed - 12, 8))} {bar} {percentage}% {value}/{total} {rate}/s {left}`,
      barsize: Math.max(Math.min(30, screen.width - fixed - label.length), 8),
      stream,
      hideCursor: true,
      clearOnComplete: false,
      fps: 10,
      linewrap: false,
      gracefulExit: true,
    },
    screen.colour ? Presets.shades_classic : Presets.legacy,
  );
  bar.start(total, startedAt, { rate: 0, left: '-' });
  return {
    update(done) {
      bar.update(done, { rate: rate(done), left: timeLeft(done) });
    },
    stop: () => bar.stop(),
  };
}

/** 75 s as `1m15s`. */
export function formatSeconds(seconds: number): string {
  const whole = Math.max(Math.round(seconds), 0);
  if (whole < 60) return `${whole}s`;
  if (whole < 3600) return `${Math.floor(whole / 60)}m${String(whole % 60).padStart(2, '0')}s`;
  return `${Math.floor(whole / 3600)}h${String(Math.floor((whole % 3600) / 60)).padStart(2, '0')}m`;
}
