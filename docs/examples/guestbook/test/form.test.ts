import { describe, expect, test } from 'vitest';
import { parseFields } from '../src/form.ts';

function parse(text: string) {
  return Object.fromEntries(parseFields(text, 'form'));
}

describe('parseFields', () => {
  test.each([
    ['', {}],
    ['&&', {}],
    ['a=1&b=2', { a: '1', b: '2' }],
    ['a', { a: '' }],
    ['a=', { a: '' }],
    ['=x', { '': 'x' }],
    ['a=b=c', { a: 'b=c' }],
    ['a=1+2%2B3', { a: '1 2+3' }],
    ['a=%F0%9F%8C%9F%0D%0A', { a: '🌟\r\n' }],
    ['na%6De=%E2%82%AC', { name: '€' }],
    ['a=é', { a: 'é' }],
    ['__proto__=x', JSON.parse('{"__proto__":"x"}')],
  ])('reads %j', (text, fields) => {
    expect(parse(text)).toEqual(fields);
  });

  test.each([
    ['a broken escape', 'a=%zz'],
    ['an escape that is cut off', 'a=%F'],
    ['UTF-8 that is cut off', 'a=%E2%82'],
    ['an overlong form', 'a=%C0%AF'],
    ['a surrogate', 'a=%ED%A0%80'],
    ['latin-1', 'a=%E9'],
  ])('refuses %s', (_what, text) => {
    expect(() => parse(text)).toThrow('broken or not UTF-8');
  });

  test('refuses a field that is given twice, also under another spelling', () => {
    expect(() => parse('name=a&n%61me=b')).toThrow('gives the field “name” twice');
  });

  test('takes 20 fields and refuses 21', () => {
    const fields = Array.from({ length: 21 }, (_, index) => `f${index}=`);
    expect(Object.keys(parse(fields.slice(1).join('&')))).toHaveLength(20);
    expect(() => parse(fields.join('&'))).toThrow('21 fields; 20 are accepted');
  });
});
