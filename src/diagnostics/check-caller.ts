/**
 * The caller's name of our own questions (`doctor --live`, `auth test`, `auth add`): how a task
 * fares is told without them.
 */

export const checkCaller = 'holdfast-check';
