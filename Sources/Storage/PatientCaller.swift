internal import Glibc
internal import Platform

/// Calls a disk that may hang, each call on a thread of its own, and waits for the answer for a bounded time.
///
/// 1. A call that doesn't answer in time fails with `ETIMEDOUT`. Nothing can stop it in the kernel: it is left alone
///    with the thread, and what it brings at last is dropped.
/// 2. Until it has come back every other call fails at once, so that nothing is done beside it that it could spoil.
///    Files are closed behind it: their locks fall when it is over.
final class PatientCaller: Sendable {
    /// How long a call may take, in milliseconds.
    private let patience: Int64
    private let jobs = Mailbox<@Sendable () -> Void>(capacity: 1 << 16)
    private let standing = Lock(Standing())

    private struct Standing {
        var calls: UInt64 = 0
        /// The calls that were given up and have not come back.
        var late: Set<UInt64> = []
        var hasThread = false
    }

    init(patience: Int64) { self.patience = patience }

    /// The thread ends with what it was told before.
    deinit { jobs.close() }

    func call<Answer: Sendable>(
        _ name: String, _ body: @escaping @Sendable () throws(SystemError) -> Answer
    ) throws(SystemError) -> Answer {
        guard let number = try begin() else { throw late(name) }
        let answers = Mailbox<Result<Answer, SystemError>>(capacity: 1)
        let standing = standing
        let outcome = jobs.put {
            _ = answers.put(Result { () throws(SystemError) in try body() })
            standing.withLock { _ = $0.late.remove(number) }
        }
        guard outcome == .accepted else { throw late(name) }
        if let answer = answers.takeAll(upTo: 1, waiting: patience).first {
            return try answer.get()
        }
        standing.withLock { _ = $0.late.insert(number) }
        // It may have come in the last moment, and is then not waited for any more.
        guard let answer = answers.takeAll(upTo: 1, waiting: 0).first else { throw late(name) }
        standing.withLock { _ = $0.late.remove(number) }
        return try answer.get()
    }

    /// Lets go of a file: behind a call that hangs, without waiting.
    func close(_ body: @escaping @Sendable () throws(SystemError) -> Void) throws(SystemError) {
        if standing.withLock({ $0.late.isEmpty }) {
            try call("close") { () throws(SystemError) in try body() }
        } else {
            _ = jobs.put { try? body() }
        }
    }

    /// The call's number; nil while an earlier one hangs.
    private func begin() throws(SystemError) -> UInt64? {
        let jobs = jobs
        return try standing.withLock { standing throws(SystemError) in
            guard standing.late.isEmpty else { return nil }
            if !standing.hasThread {
                _ = try Thread.start(name: "mirror disk") {
                    while let job = jobs.take() { job() }
                }
                standing.hasThread = true
            }
            standing.calls += 1
            return standing.calls
        }
    }

    private func late(_ name: String) -> SystemError {
        SystemError(code: ETIMEDOUT, call: "no answer within \(patience) ms: \(name)")
    }
}

extension DiskFile {
    /// The same file, called with patience.
    func patient(_ caller: PatientCaller) -> DiskFile {
        let file = self
        return DiskFile(
            read: { offset, count throws(SystemError) in
                try caller.call("pread") { () throws(SystemError) in try file.read(offset, count) }
            },
            write: { bytes, offset throws(SystemError) in
                try caller.call("pwrite") { () throws(SystemError) in
                    try file.write(bytes, offset)
                }
            },
            truncate: { length throws(SystemError) in
                try caller.call("ftruncate") { () throws(SystemError) in try file.truncate(length) }
            },
            sync: { () throws(SystemError) in
                try caller.call("fsync") { () throws(SystemError) in try file.sync() }
            },
            syncData: { () throws(SystemError) in
                try caller.call("fdatasync") { () throws(SystemError) in try file.syncData() }
            },
            reserve: { offset, count throws(SystemError) in
                try caller.call("fallocate") { () throws(SystemError) in
                    try file.reserve(offset, count)
                }
            },
            dropCache: { () throws(SystemError) in
                try caller.call("fadvise") { () throws(SystemError) in try file.dropCache() }
            },
            status: { () throws(SystemError) in
                try caller.call("fstat") { () throws(SystemError) in try file.status() }
            },
            tryLock: { () throws(SystemError) in
                try caller.call("flock") { () throws(SystemError) in try file.tryLock() }
            },
            close: { () throws(SystemError) in
                try caller.close { () throws(SystemError) in try file.close() }
            })
    }
}

extension DiskDoors {
    /// The same directory, called with patience.
    func patient(_ caller: PatientCaller) -> DiskDoors {
        let doors = self
        return DiskDoors(
            path: path,
            names: { directory throws(SystemError) in
                try caller.call("readdir") { () throws(SystemError) in try doors.names(directory) }
            },
            status: { name throws(SystemError) in
                try caller.call("fstatat") { () throws(SystemError) in try doors.status(name) }
            },
            open: { name, access throws(SystemError) in
                let file = try caller.call("openat") { () throws(SystemError) in
                    try doors.open(name, access)
                }
                return file.patient(caller)
            },
            rename: { old, new throws(SystemError) in
                try caller.call("rename") { () throws(SystemError) in try doors.rename(old, new) }
            },
            remove: { name throws(SystemError) in
                try caller.call("unlink") { () throws(SystemError) in try doors.remove(name) }
            },
            makeDirectory: { name throws(SystemError) in
                try caller.call("mkdir") { () throws(SystemError) in try doors.makeDirectory(name) }
            },
            syncDirectory: { directory throws(SystemError) in
                try caller.call("fsync") { () throws(SystemError) in
                    try doors.syncDirectory(directory)
                }
            },
            tryLock: { () throws(SystemError) in
                try caller.call("flock") { () throws(SystemError) in try doors.tryLock() }
            },
            remoteFileSystem: { () throws(SystemError) in
                try caller.call("fstatfs") { () throws(SystemError) in try doors.remoteFileSystem()
                }
            },
            freeBytes: { () throws(SystemError) in
                try caller.call("fstatfs") { () throws(SystemError) in try doors.freeBytes() }
            },
            now: now,
            close: { () throws(SystemError) in
                try caller.close { () throws(SystemError) in try doors.close() }
            },
            randomBytes: randomBytes)
    }
}
