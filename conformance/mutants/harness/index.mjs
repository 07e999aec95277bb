// Adapters that are at fault themselves: a run must end with exit code 3, and no check may pass.
export const harnesses = [
  { id: 'H01', defect: 'start() rejects', file: 'rejects.mjs' },
  { id: 'H02', defect: 'start() never settles', file: 'never-settles.mjs' },
  { id: 'H03', defect: 'start() returns the URL of nobody', file: 'wrong-url.mjs' },
  { id: 'H04', defect: 'the process ends as soon as it starts', file: 'exits.mjs' },
  { id: 'H06', defect: 'start() returns no URL', file: 'no-url.mjs' },
  { id: 'H11', defect: '200 to everything, without the application', file: 'always-200.mjs' },
  { id: 'H12', defect: 'replays the first response for ever', file: 'replay.mjs' },
  {
    id: 'H15',
    defect: 'changes the status of every response',
    file: 'at-the-start.mjs?defect=status',
  },
  {
    id: 'H16',
    defect: 'changes the content of every response',
    file: 'at-the-start.mjs?defect=content',
  },
  { id: 'H17', defect: 'cuts every response short', file: 'at-the-start.mjs?defect=end' },
  {
    id: 'H18',
    defect: 'takes the nonce of the run from every response',
    file: 'at-the-start.mjs?defect=nonce',
  },
  { id: 'H13', defect: 'accepts and never answers', file: 'silent.mjs' },
];
