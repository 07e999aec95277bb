/** Where the command says what happens to it; one line each, without a line end. */
export interface Journal {
  error(text: string): void;
  warn(text: string): void;
  info(text: string): void;
  debug(text: string): void;
}
