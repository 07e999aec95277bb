import { expectAssignable, expectError, expectNotAssignable, expectType } from 'tsd';
import type { Header, HeaderList, StartResponse, StatusLine } from '../dist/index.js';

declare const startResponse: StartResponse;
declare const text: string;
declare const code: number;

// The status is `"200 OK"`, never a number and never without its space.
expectAssignable<StatusLine>('200 OK');
expectAssignable<StatusLine>('200 ');
expectAssignable<StatusLine>(`${code} ${text}` as const);
expectNotAssignable<StatusLine>('200');
expectNotAssignable<StatusLine>('200OK');
expectNotAssignable<StatusLine>('OK');
expectNotAssignable<StatusLine>(200);
expectNotAssignable<StatusLine>(text);

// Headers are a list of pairs of strings.
expectAssignable<Header>(['A', 'b']);
expectAssignable<HeaderList>([]);
expectAssignable<HeaderList>([
  ['A', 'b'],
  ['A', 'c'],
]);
expectNotAssignable<HeaderList>({ A: 'b' });
expectNotAssignable<HeaderList>(new Map([['A', 'b']]));
expectNotAssignable<HeaderList>(['A', 'b']);
expectNotAssignable<HeaderList>([['A', 'b', 'c']]);
expectNotAssignable<HeaderList>([['A']]);
expectNotAssignable<HeaderList>([['A', 1]]);
expectNotAssignable<HeaderList>([['A', ['b', 'c']]]);
expectNotAssignable<HeaderList>('A: b');

// Two arguments or three, and nothing comes back.
expectType<void>(startResponse('200 OK', []));
expectType<void>(startResponse('500 Oops', [], new Error('x')));
expectType<void>(startResponse('500 Oops', [], 'x'));
expectError(startResponse());
expectError(startResponse('200 OK'));
expectError(startResponse('200 OK', [], null, null));
expectError(startResponse('200', []));
expectError(startResponse('200 OK', { A: 'b' }));
expectError(startResponse({ status: '200 OK', headers: [] }));
