export const lifespan = {
  startup: () => {
    throw new Error('no database');
  },
};

export const app = (_environ, startResponse) => {
  startResponse('204 No Content', []);
  return [];
};
