// For software adapters: one invocation takes one row, without workgroup memory and barriers, sixteen elements a step.
// plain.wgsl declares the interface.

@compute @workgroup_size(16)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  // Workgroups may be spread over y.
  let row = id.x + id.y * groups.x * 16;
  if (row >= N) {
    return;
  }
  let first = row * D;
  let end = first + D;
  let rest = end - D % 16;

  var lines = vec4f();
  var curves = vec4f();
  for (var at = first; at < rest; at += 16) {
    let z = logits_block(at);
    let t = x_block(at);
    lines += line(z[0], t[0]) + line(z[1], t[1]) + line(z[2], t[2]) + line(z[3], t[3]);
    // One logarithm of a product instead of four: each factor is between 1 and 2.
    curves += log(curve(z[0]) * curve(z[1]) * curve(z[2]) * curve(z[3]));
  }
  var reconstruction = dot(lines + curves, vec4f(1));
  for (var at = rest; at < end; at++) {
    let z = logits_at(at);
    reconstruction += max(z, 0.0) + log(1.0 + exp(-abs(z))) - z * x_at(at);
  }

  let latent_end = (row + 1) * LATENT;
  let latent_rest = latent_end - LATENT % 4;
  var divergences = vec4f();
  for (var at = row * LATENT; at < latent_rest; at += 4) {
    let m = mu_four(at);
    let v = logvar_four(at);
    divergences += m * m + exp(v) - v - 1;
  }
  var divergence = dot(divergences, vec4f(1));
  for (var at = latent_rest; at < latent_end; at++) {
    divergence += mu_at(at) * mu_at(at) + exp(logvar_at(at)) - logvar_at(at) - 1.0;
  }
  loss[row] = reconstruction + BETA * 0.5 * divergence;
}

// softplus(z) - z * x without its logarithm.
fn line(z: vec4f, t: vec4f) -> vec4f {
  return max(z, vec4f()) - z * t;
}

fn curve(z: vec4f) -> vec4f {
  return 1.0 + exp(-abs(z));
}
