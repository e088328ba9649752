/**
 * Called first by each supervised process. It ends with its supervisor, at once, since an orderly exit would wait for a
 * kernel that may never end.
 *
 * @returns a function that sends a message to the supervisor
 */
export function openSupervisorChannel<From extends object>(): (message: From) => void {
  process.on("disconnect", () => process.kill(process.pid, "SIGKILL"));
  return (message) => {
    process.send?.(message);
  };
}
