export const middleware = () => () => {
  for (;;);
};
