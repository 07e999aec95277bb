export const declares = { everything: true };

export const middleware = (application) => application;
