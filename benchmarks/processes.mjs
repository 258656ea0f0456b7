export async function measureProcess() {}
