# The container of a training on AWS Batch: Radlite with native TensorFlow for NVIDIA cards. NOT BUILT HERE: there was
# no container engine where it was written; its steps were run one by one on Debian (docs/gpu.md says which).
#
#   docker build -f training.Dockerfile -t radlite-training .
#
# The job definition (deploy/training.yml) gives it one GPU, a disk for data sets and runs, and credentials for the bucket
# of RADLITE_STORE (a job role); the command comes with each job. The driver's libcuda and nvidia-smi come from the host.
FROM node:22-bookworm-slim

RUN apt-get update \
 && apt-get install --yes --no-install-recommends g++ python3 python3-venv ca-certificates \
 && rm -rf /var/lib/apt/lists/*

WORKDIR /opt/radlite
COPY package.json package-lock.json .npmrc ./
COPY model/package.json model/
COPY training/package.json training/
COPY registry/package.json registry/
COPY functions/package.json functions/
COPY cli/package.json cli/radlite.mjs cli/
COPY console/package.json console/
RUN npm ci

# Slow and seldom changed: 2 GB of wheels, from which the libraries stay and the rest goes.
COPY scripts/tensorflow.mjs scripts/tensorflow-wheels.mjs scripts/
RUN node scripts/tensorflow.mjs --gpu && rm -f .cache/tensorflow/*.whl

COPY . .
RUN node scripts/build.mjs

# What the host's runtime gives to the container, and what it may do with it.
ENV NVIDIA_VISIBLE_DEVICES=all NVIDIA_DRIVER_CAPABILITIES=compute,utility TF_FORCE_GPU_ALLOW_GROWTH=true \
    GLIBC_TUNABLES=glibc.malloc.hugetlb=1
VOLUME /var/radlite
ENTRYPOINT ["node", "dist/training/child.mjs"]
