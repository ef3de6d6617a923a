/** A moment as the API writes it in metadata and conditions: whole seconds, UTC. */
export function timeText(milliseconds: number): string {
  return `${new Date(milliseconds).toISOString().slice(0, 19)}Z`;
}
