import { describe, expect, test } from 'vitest';
import { CommandError } from '../src/command-error.ts';
import { parseCommandLine } from '../src/command-line.ts';
import { PEER_NAMES } from '../src/peers.ts';
import { SCENARIO_NAMES } from '../src/scenarios.ts';

const parse = (line: string) => parseCommandLine(line.split(' ').filter((word) => word !== ''));

describe('parseCommandLine', () => {
  test('measures everything on every server where nothing is named', () => {
    expect(parse('')).toMatchObject({
      command: 'compare',
      scenarios: SCENARIO_NAMES,
      peers: PEER_NAMES,
      rounds: 5,
      seconds: 2,
      writeDocs: false,
    });
  });

  test.each([
    '--scenario hello echo',
    '--scenario echo hello --rounds 5',
    '--scenario hello,echo',
    '--scenario echo --scenario hello',
    '--rounds 5 --scenario hello hello echo',
  ])('takes the scenarios of %j once each, in the order of the table', (line) => {
    expect(parse(line)).toMatchObject({ scenarios: ['hello', 'echo'] });
  });

  test('takes servers in the order of the table', () => {
    expect(parse('--peers deno,raw')).toMatchObject({ peers: ['raw', 'deno'] });
  });

  test('knows what belongs to micro', () => {
    expect(parse('micro --peers tsgi-net --requests 1000 --rounds 1')).toEqual({
      command: 'micro',
      peers: ['tsgi-net'],
      rounds: 1,
      requests: 1000,
    });
  });

  test('asks for help wherever --help stands', () => {
    expect(parse('micro --help')).toEqual({ command: 'help' });
  });

  test.each([
    ['--scenario nope', 'no scenario "nope"; there are hello, '],
    ['--scenario', '--scenario'],
    ['--peers raw,nginx', 'no peer "nginx"; there are raw, '],
    ['--rounds 0', '--rounds is a whole number from 1 to 99, not 0'],
    ['--rounds 2.5', '--rounds is a whole number from 1 to 99, not 2.5'],
    ['--seconds 61', '--seconds is a whole number from 1 to 60, not 61'],
    ['--seconds 1e1', '--seconds is a whole number from 1 to 60, not 1e1'],
    ['--generator ab', '--generator is wrk or autocannon, not ab'],
    ['--requests 1000', '--requests does not belong to this command'],
    ['--bogus', "Unknown option '--bogus'"],
    ['hello', 'no command hello'],
    ['doors hello', 'doors takes no argument, got hello'],
    ['doors --peers raw', '--peers does not belong to this command'],
    ['micro hello', 'micro takes no argument, got hello'],
    ['micro --peers fastify', 'no peer "fastify"; there are raw, '],
    ['micro --out x.json', '--out does not belong to this command'],
    ['micro --requests 10', '--requests is a whole number from 1000 to 10000000, not 10'],
  ])('refuses %j with one line and exit code 2', (line, message) => {
    let thrown: unknown;
    try {
      parse(line);
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(CommandError);
    expect(thrown).toMatchObject({ exitCode: 2, message: expect.stringContaining(message) });
    expect((thrown as Error).message).not.toContain('\n');
  });
});
