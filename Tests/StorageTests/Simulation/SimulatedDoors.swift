import Glibc
import Platform
import Storage

// The disk as the journal meets it: open files, and doors.

extension SimulatedDisk {
    func handle(_ node: Node) -> DiskFile {
        let disk = self
        return DiskFile(
            read: { offset, count throws(SystemError) in try disk.read(node, offset, count) },
            write: { bytes, offset throws(SystemError) in try disk.write(node, bytes, offset) },
            truncate: { length throws(SystemError) in
                let change = Change.truncate(length)
                func cut() {
                    Self.apply(change, &node.bytes)
                    node.changes.append(change)
                }
                try disk.begin("ftruncate", cut)
                cut()
            },
            sync: { () throws(SystemError) in try disk.sync(node, "fsync") },
            syncData: { () throws(SystemError) in try disk.sync(node, "fdatasync") },
            reserve: { offset, count throws(SystemError) in
                try disk.begin("fallocate")
                guard !disk.isFull || offset + count <= node.reserved else {
                    throw disk.failed(ENOSPC, "fallocate")
                }
                node.reserved = max(node.reserved, offset + count)
            },
            dropCache: { () throws(SystemError) in
                if disk.isDown { throw SystemError(code: EIO, call: "fadvise", path: "down") }
                if node.changes.isEmpty { node.bytes = node.device }
            },
            status: { () throws(SystemError) in disk.status(node) },
            tryLock: { () throws(SystemError) in
                guard !node.isLocked || disk.forgetsLocks else { return false }
                node.isLocked = true
                return true
            },
            close: { () throws(SystemError) in node.isLocked = false })
    }

    /// The doors to it, of one process.
    func doors() -> DiskDoors {
        let disk = self
        return DiskDoors(
            path: "disk",
            names: { directory throws(SystemError) in
                if disk.isDown { throw SystemError(code: EIO, call: "readdir", path: "down") }
                return disk.names.keys.filter { folder(of: $0) == directory }
                    .map { directory.isEmpty ? $0 : String($0.dropFirst(directory.utf8.count + 1)) }
                    .sorted()
            },
            status: { name throws(SystemError) in
                if disk.isDown { throw SystemError(code: EIO, call: "fstatat", path: "down") }
                return disk.names[name].map { disk.status($0) }
            },
            open: { name, access throws(SystemError) in try disk.open(name, access) },
            rename: { old, new throws(SystemError) in
                guard let node = disk.names[old] else {
                    throw SystemError(code: ENOENT, call: "renameat", path: old)
                }
                try disk.rename(.move(old, new, node), "renameat")
            },
            remove: { name throws(SystemError) in
                guard disk.names[name] != nil else {
                    throw SystemError(code: ENOENT, call: "unlinkat", path: name)
                }
                try disk.rename(.unset(name), "unlinkat")
            },
            makeDirectory: { name throws(SystemError) in _ = disk.directories.insert(name) },
            syncDirectory: { directory throws(SystemError) in try disk.syncDirectory(directory) },
            tryLock: { () throws(SystemError) in
                guard !disk.isLocked || disk.forgetsLocks else { return false }
                disk.isLocked = true
                return true
            },
            remoteFileSystem: { () throws(SystemError) in nil },
            freeBytes: { () throws(SystemError) in disk.isFull ? 0 : 1 << 30 },
            now: { disk.time },
            close: { () throws(SystemError) in disk.isLocked = false },
            randomBytes: { count in
                (0..<count).map { _ in UInt8.random(in: 0...255, using: &disk.chance) }
            })
    }
}
