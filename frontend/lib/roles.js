// Who may do what: viewers look, agents do all about conversations, owners also decide for the business.

/** @import { Role } from "../data/types.js" */

/** @type {Role[]} */
export const ROLES = ["owner", "agent", "viewer"];

/**
 * Whether a role is enough where another one is needed; the server asks the same of every request.
 * @param {Role} role
 * @param {Role} needed
 */
export function can(role, needed) {
  return ROLES.indexOf(role) <= ROLES.indexOf(needed);
}
