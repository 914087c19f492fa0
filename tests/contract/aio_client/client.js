// Runs calls of Adobe's client one after the other, and prints what each gave or threw.
// stdin: {"url", "orgId", "clientId", "accessToken", "calls": [[method, ...arguments], ...]}
// stdout: [{"result"} or {"error": {"code", "message", "requestId"}}, ...]
const fs = require('node:fs')
const { init } = require('@adobe/aio-lib-cloudmanager')

async function attempt (client, [method, ...args]) {
  try {
    return { result: (await client[method](...args)) ?? null }
  } catch (error) {
    return { error: { code: error.code, message: error.message, requestId: error.sdkDetails?.requestId } }
  }
}

async function main () {
  const { url, orgId, clientId, accessToken, calls } = JSON.parse(fs.readFileSync(0, 'utf8'))
  const client = await init(orgId, clientId, accessToken, url)
  const outcomes = []
  for (const call of calls) {
    outcomes.push(await attempt(client, call))
  }
  console.log(JSON.stringify(outcomes))
}

main()
