import { WholeAnswers } from './http';

/** What a client that finds targets is made with: a run that may take minutes can wait out others who use the same quota. */
export function reader(answers?: 'JSON') {
  return { maxAttempts: 8, requestHandler: new WholeAnswers(answers) };
}
