/** RFC 9110, 5.6.2: token = 1*tchar, such as the name of a field, a method or a cookie. */
export const TOKEN: RegExp = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
