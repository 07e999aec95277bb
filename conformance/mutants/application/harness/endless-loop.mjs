export function app() {
  for (;;);
}
