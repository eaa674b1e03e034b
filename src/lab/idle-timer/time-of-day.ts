/** Hours and minutes as the person's own clock and language write them. */
export const timeOfDay = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit' });
