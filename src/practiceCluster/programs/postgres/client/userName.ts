/** Name of the container's user, as libpq takes it for the role when none is given. */
export function userInfoName(environment: Readonly<Record<string, string>>): string {
  return environment.USER ?? "root";
}
