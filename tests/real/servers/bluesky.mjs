// A personal data server and the directory of identities that it wants, both on loopback, with nothing kept.
// Argument: {"pds": port, "plc": port, "folder": path, "password": the administrator's, "limits": whether it counts}
import { mkdirSync } from 'node:fs'
import net from 'node:net'

// Neither has a setting for the address to listen on; by default it would be every one of this machine.
const listen = net.Server.prototype.listen
net.Server.prototype.listen = function (port, ...rest) {
  return listen.call(this, typeof port === 'object' ? port : { port, host: '127.0.0.1' }, ...rest)
}

const { Secp256k1Keypair } = await import('@atproto/crypto')
const { PDS } = await import('@atproto/pds')
const plc = await import('@did-plc/server')

const own = JSON.parse(process.argv[1])
const rotation = await Secp256k1Keypair.create({ exportable: true })
const recovery = (await Secp256k1Keypair.create()).did()
const hex = Buffer.from(await rotation.export()).toString('hex')
for (const name of ['data', 'blobs']) mkdirSync(`${own.folder}/${name}`)

await plc.PlcServer.create({ db: plc.Database.mock(), port: own.plc }).start()
const pds = await PDS.fromEnv({
  devMode: true,
  port: own.pds,
  hostname: 'localhost',
  dataDirectory: `${own.folder}/data`,
  blobstoreDiskLocation: `${own.folder}/blobs`,
  recoveryDidKey: recovery,
  adminPassword: own.password,
  jwtSecret: own.password.repeat(4),
  serviceHandleDomains: ['.test'],
  didPlcUrl: `http://localhost:${own.plc}`,
  plcRotationKeyK256PrivateKeyHex: hex,
  inviteRequired: false,
  disableSsrfProtection: true,
  rateLimitsEnabled: own.limits,
})
await pds.start()
