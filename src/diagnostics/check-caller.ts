/**
 * The caller name of our own probes (`doctor --live`, `auth test`, `auth add`), which are left out
 * when a task's health is judged.
 */

export const checkCaller = 'holdfast-check';
