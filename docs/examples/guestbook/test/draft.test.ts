import { describe, expect, test } from 'vitest';
import { checkDraft, MAX_MESSAGE_LENGTH, MAX_NAME_LENGTH } from '../src/draft.ts';

function check(name: string, message: string) {
  return checkDraft(new Map(Object.entries({ name, message })));
}

describe('checkDraft', () => {
  test('tidies white space and line breaks', () => {
    expect(check('  Ada \t\n Lovelace ', ' \r\n\r\n  one\r\ntwo\rthree \n\n')).toEqual({
      ok: true,
      draft: { name: 'Ada Lovelace', message: '  one\ntwo\nthree' },
    });
  });

  test('asks for both fields where they are missing', () => {
    expect(checkDraft(new Map())).toMatchObject({
      ok: false,
      errors: { name: 'Please write your name.', message: 'Please write your message.' },
    });
  });

  test.each(['', '   ', '\u200d\u200b', '\ufe0f'])('takes %j for empty', (name) => {
    expect(check(name, 'hello')).toMatchObject({
      ok: false,
      errors: { name: 'Please write your name.' },
    });
  });

  test.each(['👩‍👩‍👧', '李', '!', 'مرحبا', '+1'])('takes %j for a name', (name) => {
    expect(check(name, 'hello')).toEqual({ ok: true, draft: { name, message: 'hello' } });
  });

  test.each(['a\0b', 'a\u001bb', 'a\u0085b', 'a\u007fb'])(
    'refuses control characters: %j',
    (text) => {
      expect(check('Ada', text)).toMatchObject({
        ok: false,
        errors: { message: 'Your message contains a control character.' },
      });
    },
  );

  test('counts as a browser does and accepts the longest that fits', () => {
    const name = '🌟'.repeat(MAX_NAME_LENGTH / 2);
    const message = `${'m'.repeat(MAX_MESSAGE_LENGTH - 3)}\r\nmm`;
    expect(check(name, message).ok).toBe(true);
    const tooLong = check(`${name}!`, `${message}m`);
    expect(tooLong).toMatchObject({
      ok: false,
      errors: {
        name: 'Your name has 81 characters; 80 fit.',
        message: 'Your message has 2001 characters; 2000 fit.',
      },
    });
  });

  test('gives back what was typed where something is wrong', () => {
    expect(check(' Ada ', ' ')).toEqual({
      ok: false,
      draft: { name: ' Ada ', message: ' ' },
      errors: { message: 'Please write your message.' },
    });
  });
});
