#!/usr/bin/env bash
# Grades week-3/ in eight shards, one for each job of a SLURM array, then joins them. docs/many-machines.md explains it.
#
#     openssl rand -hex 16 > seed.txt
#     array=$(sbatch --parsable slurm-array.sh)
#     sbatch --dependency=afterany:"$array" --array=0 slurm-array.sh merge
#
#SBATCH --job-name=kernelmark
#SBATCH --array=1-8
#SBATCH --gres=gpu:1
#SBATCH --cpus-per-task=8
#SBATCH --mem=16G
#SBATCH --time=02:00:00
#SBATCH --requeue
set -euo pipefail

if [ "${1:-}" = merge ]; then
  npx kernelmark merge shards/* --out reports/week-3
  exit
fi

shard="$SLURM_ARRAY_TASK_ID/$SLURM_ARRAY_TASK_COUNT"
folder="shards/$SLURM_ARRAY_TASK_ID"
# A job that was requeued after an interruption goes on where it stopped.
if [ -e "$folder/results.json" ]; then
  npx kernelmark grade week-3 --assignment week-3.yaml --resume "$folder"
else
  npx kernelmark grade week-3 --assignment week-3.yaml --seed-file seed.txt --shard "$shard" --out "$folder"
fi
