import { execFileSync } from 'node:child_process';

const people = {
  ada: 'Ada Boateng <ada@clinic.example>',
  lin: 'Lin Marek <lin@clinic.example>',
  sam: 'Sam Ortiz <sam@clinic.example>',
};

/** A fortnight of a made-up clinic: who, what, and how many lines in which file. */
const commits = [
  [
    'ada',
    'feat: appointments and their slots',
    { 'src/appointments/slots.ts': 220, 'test/appointments/slots.test.ts': 90 },
  ],
  ['lin', 'docs: how to run it', { 'README.md': 40 }],
  ['sam', 'ci: test every push', { '.github/workflows/test.yml': 30 }],
  [
    'ada',
    'feat(auth): sign in with the hospital account',
    { 'src/auth/session.ts': 180, 'src/auth/roles.ts': 60 },
  ],
  [
    'lin',
    'feat(patients): record of a patient',
    { 'src/patients/patient.ts': 140, 'db/migrations/0002_patient.sql': 30 },
  ],
  ['sam', 'style: format', { 'src/appointments/slots.ts': 222 }],
  ['lin', 'fix(patients): date of birth of leap years', { 'src/patients/patient.ts': 144 }],
  ['ada', 'chore(deps): bump zod', { 'package-lock.json': 900 }],
  [
    'sam',
    'feat(export): patients as CSV for research\n\nPHI-Impact: Direct',
    { 'src/patients/export.ts': 160, 'src/patients/csv.ts': 45 },
  ],
  ['ada', 'docs: opening hours', { 'docs/opening-hours.md': 12 }],
  ['lin', 'ci: print secrets to find out why the release fails', { '.github/workflows/release.yml': 55 }],
  [
    'sam',
    'hotfix: skip permission check for the reports',
    { 'src/auth/roles.ts': 58, 'src/reports/monthly.ts': 70 },
  ],
  ['ada', 'test: export without patients', { 'test/patients/export.test.ts': 50 }],
];

/** 5 January 2026, 09:12 UTC. */
const beganSeconds = 1_767_604_320;

/** Makes the repository; the same hashes on every machine. @returns the hash of the commit whose subject begins so */
export function makeClinicRepository(directory) {
  const git = (args, input) =>
    execFileSync('git', ['-C', directory, ...args], {
      encoding: 'utf8',
      input,
      stdio: ['pipe', 'pipe', 'inherit'],
    });
  execFileSync('git', ['init', '--quiet', '--initial-branch=main', directory]);
  git(['remote', 'add', 'origin', 'https://git.example.org/clinic/records.git']);
  git(['fast-import', '--quiet'], commits.map(importOf).join(''));
  return (subject) => git(['log', '--format=%H', `--grep=^${subject}`, 'main']).trim();
}

/** As `git fast-import` reads it. */
function importOf([person, message, files], index) {
  const who = `${people[person]} ${beganSeconds + index * 86_400} +0000`;
  const data = (text) => `data ${Buffer.byteLength(text)}\n${text}\n`;
  const changes = Object.entries(files).map(
    ([path, lines]) => `M 100644 inline ${path}\n${data(contentOf(path, lines))}`,
  );
  return `commit refs/heads/main\nauthor ${who}\ncommitter ${who}\n${data(message)}${changes.join('')}`;
}

function contentOf(path, lines) {
  return Array.from({ length: lines }, (_, line) => `line ${line} of ${path}\n`).join('');
}
