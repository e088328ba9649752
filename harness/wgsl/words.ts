/**
 * Names defined by WGSL itself (keywords, types, built-in functions and values, attributes): they define a kernel's
 * behaviour, and a copy cannot change them. All other names are the author's.
 * Source: W3C, "WebGPU Shading Language", §15.1 "Keyword Summary", §17 "Built-in Functions", §6 "Types".
 */
const WORDS = `
alias break case const_assert continue continuing default diagnostic discard else enable false fn for if loop override
requires return struct switch true while
bool f16 f32 i32 u32 vec2 vec3 vec4 array atomic ptr
mat2x2 mat2x3 mat2x4 mat3x2 mat3x3 mat3x4 mat4x2 mat4x3 mat4x4
function private workgroup uniform storage read write read_write
align binding builtin compute group id interpolate invariant location must_use size workgroup_size
global_invocation_id local_invocation_id local_invocation_index num_workgroups workgroup_id
subgroup_invocation_id subgroup_size num_subgroups subgroup_id
bitcast all any select arrayLength
abs acos acosh asin asinh atan atanh atan2 ceil clamp cos cosh countLeadingZeros countOneBits countTrailingZeros cross
degrees determinant distance dot dot4U8Packed dot4I8Packed exp exp2 extractBits faceForward firstLeadingBit
firstTrailingBit floor fma fract frexp insertBits inverseSqrt ldexp length log log2 max min mix modf normalize pow
quantizeToF16 radians reflect refract reverseBits round saturate sign sin sinh smoothstep sqrt step tan tanh transpose
trunc
atomicLoad atomicStore atomicAdd atomicSub atomicMax atomicMin atomicAnd atomicOr atomicXor atomicExchange
atomicCompareExchangeWeak
pack4x8snorm pack4x8unorm pack4xI8 pack4xU8 pack4xI8Clamp pack4xU8Clamp pack2x16snorm pack2x16unorm pack2x16float
unpack4x8snorm unpack4x8unorm unpack4xI8 unpack4xU8 unpack2x16snorm unpack2x16unorm unpack2x16float
storageBarrier workgroupBarrier workgroupUniformLoad
subgroupAdd subgroupExclusiveAdd subgroupInclusiveAdd subgroupAll subgroupAnd subgroupAny subgroupBallot
subgroupBroadcast subgroupBroadcastFirst subgroupElect subgroupMax subgroupMin subgroupMul subgroupExclusiveMul
subgroupInclusiveMul subgroupOr subgroupShuffle subgroupShuffleDown subgroupShuffleUp subgroupShuffleXor subgroupXor
`;

export const WGSL_WORDS: ReadonlySet<string> = new Set(WORDS.trim().split(/\s+/));
