// Loaded by NODE_OPTIONS into every process of a gateway: a worker that gets SIGUSR2 fails as if a line of it had thrown.
if (process.env.HOLDFAST_WORKER === '1')
  process.on('SIGUSR2', () =>
    setImmediate(() => {
      throw new Error('provoked by a test');
    }),
  );
