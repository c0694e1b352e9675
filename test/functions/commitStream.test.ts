import { HttpResponse } from '@azure/functions';
import { streamedText } from '../../src/functions/commitStream';

it('comes to its end although pieces of it are empty', async () => {
  async function* pieces() {
    yield* ['', 'first\n', '', 'last\n', ''];
  }
  const answer = new HttpResponse(await streamedText('text/plain', 'pieces.txt', pieces()));
  expect(await answer.text()).toBe('first\nlast\n');
});
