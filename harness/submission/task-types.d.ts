// Written from the tasks' specs by `npm run schema`: edit those.

/** The names of each task's shape, params and tensors. */
export interface Tasks {
  /** A step of AdamW */
  readonly "adamw-step": {
    readonly shape: {
      /** weights */
      readonly size: number;
    };
    readonly params: {
      /** the learning rate */
      readonly lr: number;
      /** the part of the first moment that stays */
      readonly beta1: number;
      /** the part of the second moment that stays */
      readonly beta2: number;
      /** added to the root of the second moment */
      readonly eps: number;
      /** the rate of the decay, as a multiple of the learning rate */
      readonly weight_decay: number;
      /** the number of this step, from 1 */
      readonly step: number;
    };
    readonly inputs: {
      /** [size]: weights */
      readonly w: "f32";
      /** [size]: gradients */
      readonly grad: "f32";
      /** [size]: first moments before the step */
      readonly m: "f32";
      /** [size]: second moments before the step */
      readonly v: "f32";
    };
    readonly outputs: {
      /** [size]: weights after the step */
      readonly w_out: "f32";
      /** [size]: first moments after the step */
      readonly m_out: "f32";
      /** [size]: second moments after the step */
      readonly v_out: "f32";
    };
  };
  /** Additive attention */
  readonly "additive-attention": {
    readonly shape: {
      /** queries */
      readonly queries: number;
      /** keys, which are the values too */
      readonly keys: number;
      /** elements of a query */
      readonly query_dim: number;
      /** elements of a key */
      readonly key_dim: number;
      /** units of the scoring network */
      readonly hidden: number;
    };
    readonly params: Readonly<Record<never, never>>;
    readonly inputs: {
      /** [queries, query_dim]: queries */
      readonly q: "f32";
      /** [keys, key_dim]: keys and values */
      readonly k: "f32";
      /** [hidden, query_dim]: weights of the queries, [out, in] */
      readonly w_q: "f32";
      /** [hidden, key_dim]: weights of the keys, [out, in] */
      readonly w_k: "f32";
      /** [hidden]: weights of the hidden units */
      readonly v: "f32";
    };
    readonly outputs: {
      /** [queries, key_dim]: the weighted mean of keys for each query */
      readonly context: "f32";
      /** [queries, keys]: the weights, which add up to 1 in each row */
      readonly weights: "f32";
    };
  };
  /** Attention with linear biases */
  readonly "alibi-attention": {
    readonly shape: {
      /** heads, each with its own queries, keys and values */
      readonly heads: number;
      /** queries in a head */
      readonly queries: number;
      /** keys and values in a head */
      readonly keys: number;
      /** elements of a query, a key or a value */
      readonly dim: number;
    };
    readonly params: Readonly<Record<never, never>>;
    readonly inputs: {
      /** [heads, queries, dim]: queries */
      readonly q: "f32";
      /** [heads, keys, dim]: keys */
      readonly k: "f32";
      /** [heads, keys, dim]: values */
      readonly v: "f32";
    };
    readonly outputs: {
      /** [heads, queries, dim]: for each query, the weighted mean of values */
      readonly out: "f32";
    };
  };
  /** Scaled dot-product attention */
  readonly attention: {
    readonly shape: {
      /** heads, each with its own queries, keys and values */
      readonly heads: number;
      /** queries in a head */
      readonly queries: number;
      /** keys and values in a head */
      readonly keys: number;
      /** elements of a query, a key or a value */
      readonly dim: number;
    };
    readonly params: {
      /** 1: query i sees only keys up to i + keys - queries; 0: every query sees every key */
      readonly causal: number;
    };
    readonly inputs: {
      /** [heads, queries, dim]: queries */
      readonly q: "f32";
      /** [heads, keys, dim]: keys */
      readonly k: "f32";
      /** [heads, keys, dim]: values */
      readonly v: "f32";
    };
    readonly outputs: {
      /** [heads, queries, dim]: for each query, the weighted mean of values */
      readonly out: "f32";
    };
  };
  /** Batch normalisation */
  readonly "batch-norm": {
    readonly shape: {
      /** batch elements */
      readonly batch: number;
      /** channels, each normalised by itself */
      readonly channels: number;
      /** places of an image */
      readonly spatial: number;
    };
    readonly params: {
      /** weight of this batch in the running statistics, from 0 to 1 */
      readonly momentum: number;
      /** added to the variance */
      readonly eps: number;
    };
    readonly inputs: {
      /** [batch, channels, spatial]: activations */
      readonly x: "f32";
      /** [channels]: a gain for each channel */
      readonly gamma: "f32";
      /** [channels]: a shift for each channel */
      readonly beta: "f32";
      /** [channels]: means of earlier batches */
      readonly running_mean: "f32";
      /** [channels]: variances of earlier batches */
      readonly running_var: "f32";
    };
    readonly outputs: {
      /** [batch, channels, spatial]: normalised activations */
      readonly y: "f32";
      /** [channels]: running means with this batch */
      readonly running_mean_out: "f32";
      /** [channels]: running variances with this batch */
      readonly running_var_out: "f32";
    };
  };
  /** Calibration error with temperature */
  readonly calibration: {
    readonly shape: {
      /** rows */
      readonly n: number;
      /** logits in a row */
      readonly classes: number;
    };
    readonly params: {
      /** by which logits are divided */
      readonly temperature: number;
      /** bins of equal width from 0 to 1 */
      readonly bins: number;
    };
    readonly inputs: {
      /** [n, classes]: unnormalised log-probabilities */
      readonly logits: "f32";
      /** [n]: target class of each row, counted from 0 */
      readonly targets: "u32";
    };
    readonly outputs: {
      /** [1]: mean negative log-likelihood */
      readonly nll: "f32";
      /** [1]: expected calibration error */
      readonly ece: "f32";
    };
  };
  /** Convolution */
  readonly conv2d: {
    readonly shape: {
      /** images */
      readonly batch: number;
      /** channels of an image */
      readonly channels: number;
      /** rows of an image */
      readonly height: number;
      /** columns of an image */
      readonly width: number;
      /** filters, each with a channel of the output */
      readonly filters: number;
      /** rows and columns of a filter */
      readonly kernel: number;
      /** rows of the output */
      readonly oh: number;
      /** columns of the output */
      readonly ow: number;
    };
    readonly params: {
      /** the distance between neighbouring windows, in rows and in columns */
      readonly stride: number;
      /** rows and columns of zeros on each side of an image */
      readonly padding: number;
    };
    readonly inputs: {
      /** [batch, channels, height, width]: images */
      readonly x: "f32";
      /** [filters, channels, kernel, kernel]: weights of the filters */
      readonly w: "f32";
      /** [filters]: a shift for each filter */
      readonly b: "f32";
    };
    readonly outputs: {
      /** [batch, filters, oh, ow]: results */
      readonly y: "f32";
    };
  };
  /** Cross-entropy with label smoothing */
  readonly "cross-entropy": {
    readonly shape: {
      /** rows, each with its own loss */
      readonly rows: number;
      /** logits in a row */
      readonly classes: number;
    };
    readonly params: {
      /** share of the probability that is spread over all classes, from 0 to 1 */
      readonly smoothing: number;
    };
    readonly inputs: {
      /** [rows, classes]: unnormalised log-probabilities */
      readonly logits: "f32";
      /** [rows]: target class of each row, counted from 0 */
      readonly targets: "u32";
    };
    readonly outputs: {
      /** [rows]: the loss of each row */
      readonly loss: "f32";
    };
  };
  /** Core points of DBSCAN */
  readonly "dbscan-core": {
    readonly shape: {
      /** points */
      readonly n: number;
      /** coordinates of a point */
      readonly d: number;
    };
    readonly params: {
      /** the largest distance of neighbours */
      readonly eps: number;
      /** the fewest neighbours of a core point */
      readonly min_samples: number;
    };
    readonly inputs: {
      /** [n, d]: points */
      readonly x: "f32";
    };
    readonly outputs: {
      /** [n]: each point's number of neighbours */
      readonly neighbours: "u32";
      /** [n]: 1 for core points, 0 for others */
      readonly core: "u32";
    };
  };
  /** Knowledge distillation */
  readonly "distillation-loss": {
    readonly shape: {
      /** rows, each with its own loss */
      readonly n: number;
      /** logits in a row */
      readonly classes: number;
    };
    readonly params: {
      /** divides the logits, above 0 */
      readonly temperature: number;
      /** weight of the divergence, from 0 to 1 */
      readonly alpha: number;
    };
    readonly inputs: {
      /** [n, classes]: the student's logits */
      readonly student: "f32";
      /** [n, classes]: the teacher's logits */
      readonly teacher: "f32";
      /** [n]: target class of each row, counted from 0 */
      readonly targets: "u32";
    };
    readonly outputs: {
      /** [n]: the loss of each row */
      readonly loss: "f32";
    };
  };
  /** Loss of direct preference optimisation */
  readonly "dpo-loss": {
    readonly shape: {
      /** pairs of answers */
      readonly n: number;
      /** room for the tokens of an answer */
      readonly tokens: number;
    };
    readonly params: {
      /** how much the policy may depart from the reference */
      readonly beta: number;
    };
    readonly inputs: {
      /** [n, tokens]: log-probabilities of the chosen answers under the policy */
      readonly policy_chosen: "f32";
      /** [n, tokens]: those of the rejected answers */
      readonly policy_rejected: "f32";
      /** [n, tokens]: those of the chosen answers under the reference */
      readonly reference_chosen: "f32";
      /** [n, tokens]: those of the rejected answers */
      readonly reference_rejected: "f32";
      /** [n]: tokens of each chosen answer */
      readonly chosen_lengths: "u32";
      /** [n]: tokens of each rejected answer */
      readonly rejected_lengths: "u32";
    };
    readonly outputs: {
      /** [n]: the loss of each pair */
      readonly loss: "f32";
    };
  };
  /** Drift of a distribution */
  readonly "drift-ks-psi": {
    readonly shape: {
      /** samples of the reference */
      readonly reference: number;
      /** samples to compare */
      readonly current: number;
      /** bins */
      readonly bins: number;
    };
    readonly params: {
      /** the least share of a bin */
      readonly floor: number;
    };
    readonly inputs: {
      /** [reference]: samples of the reference */
      readonly reference: "f32";
      /** [current]: samples to compare */
      readonly current: "f32";
      /** [bins-1]: edges between bins */
      readonly edges: "f32";
    };
    readonly outputs: {
      /** [1]: Kolmogorov-Smirnov statistic */
      readonly ks: "f32";
      /** [1]: population stability index */
      readonly psi: "f32";
    };
  };
  /** Dropout */
  readonly dropout: {
    readonly shape: {
      /** elements */
      readonly size: number;
    };
    readonly params: {
      /** the probability that an element is dropped */
      readonly rate: number;
    };
    readonly inputs: {
      /** [size]: activations */
      readonly x: "f32";
      /** [2]: the key of the random numbers */
      readonly key: "u32";
    };
    readonly outputs: {
      /** [size]: activations, some of them dropped */
      readonly y: "f32";
    };
  };
  /** Proximal step of the elastic net */
  readonly "elastic-net-prox": {
    readonly shape: {
      /** weights */
      readonly size: number;
    };
    readonly params: {
      /** the learning rate */
      readonly lr: number;
      /** the factor of the L1 penalty */
      readonly l1: number;
      /** the factor of the L2 penalty */
      readonly l2: number;
    };
    readonly inputs: {
      /** [size]: weights */
      readonly w: "f32";
      /** [size]: gradients of the loss */
      readonly grad: "f32";
    };
    readonly outputs: {
      /** [size]: weights after the step */
      readonly w_out: "f32";
    };
  };
  /** Elastic weight consolidation */
  readonly "ewc-penalty": {
    readonly shape: {
      /** weights */
      readonly size: number;
    };
    readonly params: {
      /** importance of the earlier task */
      readonly lambda: number;
    };
    readonly inputs: {
      /** [size]: weights */
      readonly theta: "f32";
      /** [size]: weights after the earlier task */
      readonly theta_old: "f32";
      /** [size]: importance of each weight */
      readonly fisher: "f32";
    };
    readonly outputs: {
      /** [1]: the penalty */
      readonly penalty: "f32";
      /** [size]: its derivative by each weight */
      readonly grad: "f32";
    };
  };
  /** Attention without a score matrix */
  readonly "flash-attention": {
    readonly shape: {
      /** heads, each with its own queries, keys and values */
      readonly heads: number;
      /** queries in a head */
      readonly queries: number;
      /** keys and values in a head */
      readonly keys: number;
      /** elements of a query, a key or a value */
      readonly dim: number;
    };
    readonly params: {
      /** 1: query i sees only keys up to i + keys - queries; 0: every query sees every key */
      readonly causal: number;
    };
    readonly inputs: {
      /** [heads, queries, dim]: queries */
      readonly q: "f32";
      /** [heads, keys, dim]: keys */
      readonly k: "f32";
      /** [heads, keys, dim]: values */
      readonly v: "f32";
    };
    readonly outputs: {
      /** [heads, queries, dim]: for each query, the weighted mean of values */
      readonly out: "f32";
    };
  };
  /** Focal loss */
  readonly "focal-loss": {
    readonly shape: {
      /** rows, each with its own loss */
      readonly n: number;
      /** logits in a row */
      readonly classes: number;
    };
    readonly params: {
      /** how much less sure predictions count */
      readonly gamma: number;
    };
    readonly inputs: {
      /** [n, classes]: unnormalised log-probabilities */
      readonly logits: "f32";
      /** [n]: target class of each row, counted from 0 */
      readonly targets: "u32";
    };
    readonly outputs: {
      /** [n]: the loss of each row */
      readonly loss: "f32";
    };
  };
  /** GELU */
  readonly gelu: {
    readonly shape: {
      /** elements */
      readonly size: number;
    };
    readonly params: Readonly<Record<never, never>>;
    readonly inputs: {
      /** [size]: pre-activations */
      readonly x: "f32";
    };
    readonly outputs: {
      /** [size]: activations */
      readonly y: "f32";
    };
  };
  /** E-step of a Gaussian mixture */
  readonly "gmm-e-step": {
    readonly shape: {
      /** points */
      readonly n: number;
      /** dimensions of a point */
      readonly d: number;
      /** components of the mixture */
      readonly k: number;
    };
    readonly params: Readonly<Record<never, never>>;
    readonly inputs: {
      /** [n, d]: points */
      readonly x: "f32";
      /** [k]: weights of the components, which add up to 1 */
      readonly weights: "f32";
      /** [k, d]: means of the components */
      readonly means: "f32";
      /** [k, d, d]: upper-triangular Cholesky factors of the inverse covariances */
      readonly precision_cholesky: "f32";
    };
    readonly outputs: {
      /** [n, k]: shares of the components in each point, which add up to 1 */
      readonly responsibilities: "f32";
      /** [n]: logarithm of the mixture's density at each point */
      readonly log_likelihood: "f32";
    };
  };
  /** Fit of a Gaussian mixture */
  readonly "gmm-fit": {
    readonly shape: {
      /** points */
      readonly n: number;
      /** dimensions of a point, at most 32 */
      readonly d: number;
      /** components of the mixture */
      readonly k: number;
    };
    readonly params: {
      /** added to the diagonal of every covariance */
      readonly reg_covar: number;
      /** rounds of E-step and M-step */
      readonly iterations: number;
    };
    readonly inputs: {
      /** [n, d]: points */
      readonly x: "f32";
      /** [k]: initial weights, which add up to 1 */
      readonly weights: "f32";
      /** [k, d]: initial means */
      readonly means: "f32";
      /** [k, d, d]: initial covariances */
      readonly covariances: "f32";
    };
    readonly outputs: {
      /** [k]: weights after the last round */
      readonly weights_out: "f32";
      /** [k, d]: means after the last round */
      readonly means_out: "f32";
      /** [k, d, d]: covariances after the last round */
      readonly covariances_out: "f32";
      /** [1]: mean log-likelihood under these parameters */
      readonly mean_log_likelihood: "f32";
    };
  };
  /** M-step of a Gaussian mixture */
  readonly "gmm-m-step": {
    readonly shape: {
      /** points */
      readonly n: number;
      /** dimensions of a point */
      readonly d: number;
      /** components of the mixture */
      readonly k: number;
    };
    readonly params: {
      /** added to the diagonal of every covariance */
      readonly reg_covar: number;
    };
    readonly inputs: {
      /** [n, d]: points */
      readonly x: "f32";
      /** [n, k]: shares of the components in each point */
      readonly responsibilities: "f32";
    };
    readonly outputs: {
      /** [k]: weights of the components, which add up to 1 */
      readonly weights: "f32";
      /** [k, d]: weighted means */
      readonly means: "f32";
      /** [k, d, d]: weighted covariances, regularised */
      readonly covariances: "f32";
    };
  };
  /** Decoding with grouped-query attention */
  readonly "gqa-decode": {
    readonly shape: {
      /** sequences, each with one new token */
      readonly batch: number;
      /** query heads */
      readonly q_heads: number;
      /** key/value heads; q_heads is a multiple of it */
      readonly kv_heads: number;
      /** capacity of each sequence's cache, in positions */
      readonly context: number;
      /** elements of a query, a key or a value */
      readonly dim: number;
    };
    readonly params: Readonly<Record<never, never>>;
    readonly inputs: {
      /** [batch, q_heads, dim]: queries of the new tokens */
      readonly q: "f32";
      /** [batch, kv_heads, context, dim]: keys, then garbage */
      readonly k_cache: "f32";
      /** [batch, kv_heads, context, dim]: values, then garbage */
      readonly v_cache: "f32";
      /** [batch]: valid positions of each sequence */
      readonly lengths: "u32";
    };
    readonly outputs: {
      /** [batch, q_heads, dim]: for each query, the weighted mean of values */
      readonly out: "f32";
    };
  };
  /** Gradient histograms of boosted trees */
  readonly "gradient-histogram": {
    readonly shape: {
      /** samples */
      readonly n: number;
      /** features of a sample */
      readonly features: number;
      /** bins of a feature */
      readonly bins: number;
    };
    readonly params: {
      /** the L2 penalty of leaf weights */
      readonly lambda: number;
    };
    readonly inputs: {
      /** [n, features]: each sample's bin, counted from 0 */
      readonly binned: "u32";
      /** [n]: first derivatives of the loss */
      readonly grad: "f32";
      /** [n]: second derivatives of the loss */
      readonly hess: "f32";
    };
    readonly outputs: {
      /** [features, bins, 2]: sums of gradients and of Hessians in each bin */
      readonly histogram: "f32";
      /** [features, bins-1]: gain of a split after each bin */
      readonly gain: "f32";
    };
  };
  /** Contrastive loss of pairs */
  readonly "info-nce": {
    readonly shape: {
      /** pairs; at most 2,048 */
      readonly n: number;
      /** elements of a row */
      readonly d: number;
    };
    readonly params: {
      /** what similarities are divided by */
      readonly temperature: number;
    };
    readonly inputs: {
      /** [n, d]: embeddings of one kind */
      readonly a: "f32";
      /** [n, d]: embeddings of the other */
      readonly b: "f32";
    };
    readonly outputs: {
      /** [n]: the loss of each pair */
      readonly loss: "f32";
    };
  };
  /** A step of k-means */
  readonly "kmeans-step": {
    readonly shape: {
      /** points */
      readonly n: number;
      /** coordinates of a point */
      readonly d: number;
      /** clusters */
      readonly k: number;
    };
    readonly params: Readonly<Record<never, never>>;
    readonly inputs: {
      /** [n, d]: points */
      readonly x: "f32";
      /** [k, d]: centroids before the step */
      readonly centroids: "f32";
    };
    readonly outputs: {
      /** [n]: the nearest centroid of each point */
      readonly labels: "u32";
      /** [k, d]: centroids after the step */
      readonly centroids_out: "f32";
      /** [1]: the sum of squared distances from the centroids before the step */
      readonly inertia: "f32";
    };
  };
  /** Layer normalisation */
  readonly "layer-norm": {
    readonly shape: {
      /** rows, each normalised by itself */
      readonly rows: number;
      /** elements in a row */
      readonly cols: number;
    };
    readonly params: {
      /** added to the variance */
      readonly eps: number;
    };
    readonly inputs: {
      /** [rows, cols]: activations */
      readonly x: "f32";
      /** [cols]: a gain for each column */
      readonly gamma: "f32";
      /** [cols]: a shift for each column */
      readonly beta: "f32";
    };
    readonly outputs: {
      /** [rows, cols]: normalised activations */
      readonly y: "f32";
    };
  };
  /** Leaky ReLU */
  readonly "leaky-relu": {
    readonly shape: {
      /** elements */
      readonly size: number;
    };
    readonly params: {
      /** the factor for elements that are not positive */
      readonly slope: number;
    };
    readonly inputs: {
      /** [size]: pre-activations */
      readonly x: "f32";
    };
    readonly outputs: {
      /** [size]: activations */
      readonly y: "f32";
    };
  };
  /** Linear layer with LoRA */
  readonly "lora-linear": {
    readonly shape: {
      /** tokens, each computed by itself */
      readonly tokens: number;
      /** elements of a token */
      readonly inputs: number;
      /** elements of a result */
      readonly outputs: number;
      /** columns between the update's two factors */
      readonly rank: number;
    };
    readonly params: {
      /** the update's scale, before the division by the rank */
      readonly alpha: number;
    };
    readonly inputs: {
      /** [tokens, inputs]: tokens */
      readonly x: "f32";
      /** [outputs, inputs]: weights of the base layer, [out, in] */
      readonly w: "f32";
      /** [rank, inputs]: the update's first factor, [out, in] */
      readonly lora_a: "f32";
      /** [outputs, rank]: the update's second factor, [out, in] */
      readonly lora_b: "f32";
    };
    readonly outputs: {
      /** [tokens, outputs]: results */
      readonly y: "f32";
    };
  };
  /** Step of an LSTM cell */
  readonly "lstm-cell": {
    readonly shape: {
      /** rows, each a cell of its own */
      readonly batch: number;
      /** elements of an input */
      readonly inputs: number;
      /** units of the state */
      readonly hidden: number;
    };
    readonly params: Readonly<Record<never, never>>;
    readonly inputs: {
      /** [batch, inputs]: inputs */
      readonly x: "f32";
      /** [batch, hidden]: the old hidden state */
      readonly h: "f32";
      /** [batch, hidden]: the old cell state */
      readonly c: "f32";
      /** [4*hidden, inputs]: weights of the inputs, [gate, in] */
      readonly w_ih: "f32";
      /** [4*hidden, hidden]: weights of the hidden state, [gate, in] */
      readonly w_hh: "f32";
      /** [4*hidden]: bias of the inputs */
      readonly b_ih: "f32";
      /** [4*hidden]: bias of the hidden state */
      readonly b_hh: "f32";
    };
    readonly outputs: {
      /** [batch, hidden]: the new hidden state */
      readonly h_out: "f32";
      /** [batch, hidden]: the new cell state */
      readonly c_out: "f32";
    };
  };
  /** Matrix product */
  readonly matmul: {
    readonly shape: {
      /** rows of `a` and of `c` */
      readonly m: number;
      /** columns of `b` and of `c` */
      readonly n: number;
      /** columns of `a`, rows of `b` */
      readonly k: number;
    };
    readonly params: Readonly<Record<never, never>>;
    readonly inputs: {
      /** [m, k]: left factor */
      readonly a: "f32";
      /** [k, n]: right factor */
      readonly b: "f32";
    };
    readonly outputs: {
      /** [m, n]: the product */
      readonly c: "f32";
    };
  };
  /** Matrix product with 4-bit weights */
  readonly "matmul-int4": {
    readonly shape: {
      /** rows of a and of out */
      readonly m: number;
      /** rows of w, columns of out */
      readonly n: number;
      /** elements in a row of a or w */
      readonly k: number;
      /** weights along k that share a scale and a zero point */
      readonly group: number;
    };
    readonly params: Readonly<Record<never, never>>;
    readonly inputs: {
      /** [m, k]: activations */
      readonly a: "f32";
      /** [n, k]: weights, eight unsigned numbers to a word */
      readonly w: "u4";
      /** [n, k/group]: scale of each group */
      readonly scales: "f32";
      /** [n, k/group]: zero point of each group, eight to a word */
      readonly zeros: "u4";
    };
    readonly outputs: {
      /** [m, n]: products */
      readonly out: "f32";
    };
  };
  /** Matrix product of 8-bit integers */
  readonly "matmul-int8": {
    readonly shape: {
      /** rows of a and of out */
      readonly m: number;
      /** rows of b, columns of out */
      readonly n: number;
      /** bytes in a row of a or b */
      readonly k: number;
    };
    readonly params: Readonly<Record<never, never>>;
    readonly inputs: {
      /** [m, k]: activations, four signed bytes to a word */
      readonly a: "i8";
      /** [n, k]: weights, four signed bytes to a word */
      readonly b: "i8";
      /** [m]: scale of each row of a */
      readonly a_scale: "f32";
      /** [n]: scale of each row of b */
      readonly b_scale: "f32";
    };
    readonly outputs: {
      /** [m, n]: scaled products */
      readonly out: "f32";
    };
  };
  /** Matrix product with NF4 weights */
  readonly "matmul-nf4": {
    readonly shape: {
      /** rows of a and of out */
      readonly m: number;
      /** rows of w, columns of out */
      readonly n: number;
      /** elements in a row of a or w, a multiple of 64 */
      readonly k: number;
    };
    readonly params: Readonly<Record<never, never>>;
    readonly inputs: {
      /** [m, k]: activations */
      readonly a: "f32";
      /** [n, k]: weights as codes, eight to a word */
      readonly w: "u4";
      /** [n*k/64]: quantized absmax of each block, four to a word */
      readonly absmax: "i8";
      /** [ceil(n*k/64/256)]: scale of each 256 of them */
      readonly absmax_scale: "f32";
      /** [1]: offset added to all of them */
      readonly absmax_offset: "f32";
    };
    readonly outputs: {
      /** [m, n]: products */
      readonly out: "f32";
    };
  };
  /** Max pooling */
  readonly "max-pool2d": {
    readonly shape: {
      /** batch elements */
      readonly batch: number;
      /** channels, each an image */
      readonly channels: number;
      /** rows of an image */
      readonly height: number;
      /** columns of an image */
      readonly width: number;
      /** rows and columns of a window */
      readonly kernel: number;
      /** rows of the output */
      readonly oh: number;
      /** columns of the output */
      readonly ow: number;
    };
    readonly params: {
      /** the distance between neighbouring windows, in rows and in columns */
      readonly stride: number;
    };
    readonly inputs: {
      /** [batch, channels, height, width]: images */
      readonly x: "f32";
    };
    readonly outputs: {
      /** [batch, channels, oh, ow]: the maximum of each window */
      readonly y: "f32";
    };
  };
  /** Gradients of a two-layer network */
  readonly "mlp-backward": {
    readonly shape: {
      /** rows */
      readonly n: number;
      /** features of a row */
      readonly inputs: number;
      /** hidden units */
      readonly hidden: number;
      /** outputs */
      readonly outputs: number;
    };
    readonly params: Readonly<Record<never, never>>;
    readonly inputs: {
      /** [n, inputs]: features */
      readonly x: "f32";
      /** [n, outputs]: targets */
      readonly y: "f32";
      /** [hidden, inputs]: weights of the hidden layer, [out, in] */
      readonly w1: "f32";
      /** [hidden]: its biases */
      readonly b1: "f32";
      /** [outputs, hidden]: weights of the output layer, [out, in] */
      readonly w2: "f32";
      /** [outputs]: its biases */
      readonly b2: "f32";
    };
    readonly outputs: {
      /** [1]: mean squared error over all rows and outputs */
      readonly loss: "f32";
      /** [hidden, inputs]: gradient of w1 */
      readonly grad_w1: "f32";
      /** [hidden]: gradient of b1 */
      readonly grad_b1: "f32";
      /** [outputs, hidden]: gradient of w2 */
      readonly grad_w2: "f32";
      /** [outputs]: gradient of b2 */
      readonly grad_b2: "f32";
    };
  };
  /** Gating of a mixture of experts */
  readonly "moe-gating": {
    readonly shape: {
      /** tokens, each routed by itself */
      readonly tokens: number;
      /** experts */
      readonly experts: number;
      /** experts for each token */
      readonly top_k: number;
    };
    readonly params: Readonly<Record<never, never>>;
    readonly inputs: {
      /** [tokens, experts]: the router's scores */
      readonly logits: "f32";
    };
    readonly outputs: {
      /** [tokens, top_k]: chosen experts, the best first */
      readonly experts: "u32";
      /** [tokens, top_k]: their weights, which add up to 1 */
      readonly weights: "f32";
      /** [experts]: tokens routed to each expert */
      readonly load: "u32";
      /** [1]: load-balancing loss */
      readonly balance_loss: "f32";
    };
  };
  /** Mean squared error */
  readonly "mse-loss": {
    readonly shape: {
      /** elements */
      readonly size: number;
    };
    readonly params: Readonly<Record<never, never>>;
    readonly inputs: {
      /** [size]: what a model says */
      readonly prediction: "f32";
      /** [size]: expected values */
      readonly target: "f32";
    };
    readonly outputs: {
      /** [1]: the mean of the squared differences */
      readonly loss: "f32";
    };
  };
  /** Multi-head attention with its projections */
  readonly "multi-head-attention": {
    readonly shape: {
      /** tokens, each a query, a key and a value */
      readonly tokens: number;
      /** elements of a token; a multiple of heads */
      readonly model: number;
      /** heads, each with model / heads columns */
      readonly heads: number;
    };
    readonly params: {
      /** 1: token t sees only tokens up to t; 0: every token sees every token */
      readonly causal: number;
    };
    readonly inputs: {
      /** [tokens, model]: tokens */
      readonly x: "f32";
      /** [model, model]: weights of the projection to queries, [out, in] */
      readonly wq: "f32";
      /** [model, model]: weights of the projection to keys, [out, in] */
      readonly wk: "f32";
      /** [model, model]: weights of the projection to values, [out, in] */
      readonly wv: "f32";
      /** [model, model]: weights of the projection to the output, [out, in] */
      readonly wo: "f32";
      /** [model]: bias of the projection to queries */
      readonly bq: "f32";
      /** [model]: bias of the projection to keys */
      readonly bk: "f32";
      /** [model]: bias of the projection to values */
      readonly bv: "f32";
      /** [model]: bias of the projection to the output */
      readonly bo: "f32";
    };
    readonly outputs: {
      /** [tokens, model]: the layer's result for each token */
      readonly out: "f32";
    };
  };
  /** Principal component by power iteration */
  readonly "pca-power-iteration": {
    readonly shape: {
      /** rows, at least 2 */
      readonly n: number;
      /** columns */
      readonly d: number;
    };
    readonly params: {
      /** rounds of the power iteration */
      readonly iterations: number;
    };
    readonly inputs: {
      /** [n, d]: data */
      readonly x: "f32";
      /** [d]: the vector before the first round */
      readonly start: "f32";
    };
    readonly outputs: {
      /** [d]: mean of each column */
      readonly mean: "f32";
      /** [d, d]: covariances of the columns */
      readonly covariance: "f32";
      /** [d]: the vector after the last round, of length 1 */
      readonly component: "f32";
      /** [1]: the variance along it */
      readonly eigenvalue: "f32";
    };
  };
  /** Perplexity */
  readonly perplexity: {
    readonly shape: {
      /** tokens, each with a row of logits */
      readonly tokens: number;
      /** entries of the vocabulary */
      readonly classes: number;
    };
    readonly params: Readonly<Record<never, never>>;
    readonly inputs: {
      /** [tokens, classes]: unnormalised log-probabilities */
      readonly logits: "f32";
      /** [tokens]: each token, counted from 0 */
      readonly targets: "u32";
      /** [tokens]: 1 for tokens that count, 0 for others */
      readonly mask: "u32";
    };
    readonly outputs: {
      /** [1]: the perplexity */
      readonly perplexity: "f32";
    };
  };
  /** Prefix sum */
  readonly "prefix-sum": {
    readonly shape: {
      /** elements */
      readonly size: number;
    };
    readonly params: Readonly<Record<never, never>>;
    readonly inputs: {
      /** [size]: values */
      readonly x: "f32";
    };
    readonly outputs: {
      /** [size]: the sum of all values up to each */
      readonly y: "f32";
    };
  };
  /** 2:4 pruning */
  readonly "prune-2-4": {
    readonly shape: {
      /** rows */
      readonly rows: number;
      /** weights in a row */
      readonly cols: number;
    };
    readonly params: Readonly<Record<never, never>>;
    readonly inputs: {
      /** [rows, cols]: weights */
      readonly w: "f32";
    };
    readonly outputs: {
      /** [rows, cols]: weights, half of them 0 */
      readonly pruned: "f32";
    };
  };
  /** Quantisation to int8 */
  readonly "quantize-int8": {
    readonly shape: {
      /** rows, each with a scale of its own */
      readonly rows: number;
      /** elements in a row */
      readonly cols: number;
    };
    readonly params: Readonly<Record<never, never>>;
    readonly inputs: {
      /** [rows, cols]: weights */
      readonly w: "f32";
    };
    readonly outputs: {
      /** [rows]: the distance between neighbouring codes of a row */
      readonly scale: "f32";
      /** [rows, cols]: the codes times their scale */
      readonly dequantized: "f32";
    };
  };
  /** RBF kernel matrix */
  readonly "rbf-kernel": {
    readonly shape: {
      /** points in `x` */
      readonly n: number;
      /** points in `y` */
      readonly m: number;
      /** coordinates of a point */
      readonly d: number;
    };
    readonly params: {
      /** the inverse width: how fast the kernel falls with the squared distance */
      readonly gamma: number;
    };
    readonly inputs: {
      /** [n, d]: points */
      readonly x: "f32";
      /** [m, d]: other points */
      readonly y: "f32";
    };
    readonly outputs: {
      /** [n, m]: the kernel of each pair */
      readonly out: "f32";
    };
  };
  /** RMS normalisation */
  readonly "rms-norm": {
    readonly shape: {
      /** rows, each normalised by itself */
      readonly rows: number;
      /** elements in a row */
      readonly cols: number;
    };
    readonly params: {
      /** added to the mean square */
      readonly eps: number;
    };
    readonly inputs: {
      /** [rows, cols]: activations */
      readonly x: "f32";
      /** [cols]: a gain for each column */
      readonly gamma: "f32";
    };
    readonly outputs: {
      /** [rows, cols]: normalised activations */
      readonly y: "f32";
    };
  };
  /** Area under the ROC curve */
  readonly "roc-auc": {
    readonly shape: {
      /** scores */
      readonly n: number;
    };
    readonly params: {
      /** the least score of a positive prediction */
      readonly threshold: number;
    };
    readonly inputs: {
      /** [n]: scores of a classifier */
      readonly scores: "f32";
      /** [n]: 1 for positives, 0 for negatives */
      readonly labels: "u32";
    };
    readonly outputs: {
      /** [1]: area under the ROC curve */
      readonly auc: "f32";
      /** [4]: true positives, false positives, false negatives, true negatives */
      readonly confusion: "u32";
    };
  };
  /** Rotary position embedding */
  readonly rope: {
    readonly shape: {
      /** heads, which share the tables */
      readonly heads: number;
      /** tokens, each at a position of its own */
      readonly tokens: number;
      /** elements of a token in a head */
      readonly dim: number;
    };
    readonly params: Readonly<Record<never, never>>;
    readonly inputs: {
      /** [heads, tokens, dim]: queries or keys */
      readonly x: "f32";
      /** [tokens, dim/2]: cosines of the angles */
      readonly cosines: "f32";
      /** [tokens, dim/2]: sines of the angles */
      readonly sines: "f32";
    };
    readonly outputs: {
      /** [heads, tokens, dim]: rotated queries or keys */
      readonly y: "f32";
    };
  };
  /** Row softmax */
  readonly softmax: {
    readonly shape: {
      /** rows, each normalised separately */
      readonly rows: number;
      /** elements in a row */
      readonly cols: number;
    };
    readonly params: Readonly<Record<never, never>>;
    readonly inputs: {
      /** [rows, cols]: logits */
      readonly x: "f32";
    };
    readonly outputs: {
      /** [rows, cols]: probabilities, each row summing to 1 */
      readonly y: "f32";
    };
  };
  /** Gains of a decision tree's splits */
  readonly "split-gain": {
    readonly shape: {
      /** samples */
      readonly n: number;
      /** features of a sample */
      readonly features: number;
      /** bins of a feature */
      readonly bins: number;
      /** classes of samples */
      readonly classes: number;
    };
    readonly params: Readonly<Record<never, never>>;
    readonly inputs: {
      /** [n, features]: each sample's bin, counted from 0 */
      readonly binned: "u32";
      /** [n]: each sample's class, counted from 0 */
      readonly labels: "u32";
    };
    readonly outputs: {
      /** [features, bins-1]: gain in entropy of a split after each bin */
      readonly information_gain: "f32";
      /** [features, bins-1]: gain in Gini impurity */
      readonly gini_gain: "f32";
    };
  };
  /** SwiGLU feed-forward layer */
  readonly swiglu: {
    readonly shape: {
      /** tokens, each computed by itself */
      readonly tokens: number;
      /** elements of a token */
      readonly model: number;
      /** hidden units */
      readonly hidden: number;
    };
    readonly params: Readonly<Record<never, never>>;
    readonly inputs: {
      /** [tokens, model]: tokens */
      readonly x: "f32";
      /** [hidden, model]: weights of the gates, [out, in] */
      readonly w_gate: "f32";
      /** [hidden, model]: weights of the values that the gates let pass, [out, in] */
      readonly w_up: "f32";
      /** [model, hidden]: weights of the projection back, [out, in] */
      readonly w_down: "f32";
    };
    readonly outputs: {
      /** [tokens, model]: results */
      readonly out: "f32";
    };
  };
  /** Nearest documents by cosine */
  readonly "top-k-cosine": {
    readonly shape: {
      /** queries */
      readonly queries: number;
      /** documents */
      readonly docs: number;
      /** elements of a row */
      readonly dim: number;
      /** documents to find for each query */
      readonly top_k: number;
    };
    readonly params: Readonly<Record<never, never>>;
    readonly inputs: {
      /** [queries, dim]: a query in each row */
      readonly queries: "f32";
      /** [docs, dim]: a document in each row */
      readonly docs: "f32";
    };
    readonly outputs: {
      /** [queries, top_k]: documents by similarity, the best first */
      readonly indices: "u32";
      /** [queries, top_k]: their similarities */
      readonly scores: "f32";
    };
  };
  /** Loss of a variational autoencoder */
  readonly "vae-loss": {
    readonly shape: {
      /** rows, each with its own loss */
      readonly n: number;
      /** elements to reconstruct */
      readonly d: number;
      /** latent variables */
      readonly latent: number;
    };
    readonly params: {
      /** weight of the divergence */
      readonly beta: number;
    };
    readonly inputs: {
      /** [n, d]: data, as probabilities */
      readonly x: "f32";
      /** [n, d]: the decoder's outputs */
      readonly logits: "f32";
      /** [n, latent]: means of the latent variables */
      readonly mu: "f32";
      /** [n, latent]: logarithms of their variances */
      readonly logvar: "f32";
    };
    readonly outputs: {
      /** [n]: the loss of each row */
      readonly loss: "f32";
    };
  };
}
