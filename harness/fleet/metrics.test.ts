import type { AddressInfo } from "node:net";
import { expect, it } from "vitest";
import { WorkerMetrics } from "./metrics.ts";

it("counts jobs, verdicts and seconds, and serves them to Prometheus", async () => {
  const metrics = new WorkerMetrics();
  const server = await metrics.serve("0");
  const { address, port } = server.address() as AddressInfo;
  expect(address).toBe("127.0.0.1");
  metrics.started();
  metrics.started();
  metrics.done({ kind: "judge", task: "softmax", candidate: "a", outcome: "accepted", seconds: 0.3 });
  metrics.ended();
  metrics.started();
  metrics.done({ kind: "measure", task: "softmax", candidate: "a", outcome: "measured", seconds: 7 });
  metrics.ended();
  metrics.refused();
  const response = await fetch(`http://127.0.0.1:${port}/metrics`);
  expect(response.headers.get("content-type")).toContain("text/plain");
  const lines = (await response.text()).split("\n");
  expect(lines).toEqual(
    expect.arrayContaining([
      'kernelmark_jobs_total{kind="judge",task="softmax"} 1',
      'kernelmark_verdicts_total{kind="judge",verdict="accepted"} 1',
      'kernelmark_verdicts_total{kind="measure",verdict="measured"} 1',
      'kernelmark_job_seconds_bucket{le="0.25",kind="judge"} 0',
      'kernelmark_job_seconds_bucket{le="0.5",kind="judge"} 1',
      'kernelmark_job_seconds_sum{kind="measure"} 7',
      "kernelmark_jobs_active 1",
      "kernelmark_jobs_refused_total 1",
    ]),
  );
  expect(lines.some((line) => line.startsWith("process_resident_memory_bytes "))).toBe(true);
  expect((await fetch(`http://127.0.0.1:${port}/`)).status).toBe(404);
  await expect(new WorkerMetrics().serve(String(port))).rejects.toThrow(`127.0.0.1:${port} (EADDRINUSE)`);
  await new Promise((resolve) => server.close(resolve));
});

it.each(["", "port", "1:2:", "99999", "host:"])("refuses the address %j", async (address) => {
  await expect(new WorkerMetrics().serve(address)).rejects.toThrow(`--serve must be a port, got "${address}".`);
});
