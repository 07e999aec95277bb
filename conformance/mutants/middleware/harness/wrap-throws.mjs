export const middleware = () => {
  throw new Error('not around this application');
};
