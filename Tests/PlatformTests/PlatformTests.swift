import Glibc
import Platform
import Testing

/// A directory of its own below /tmp, removed with what is in it.
private func withDirectory(_ body: (String) throws -> Void) throws {
    let name = RandomBytes.make(8).map { String($0, radix: 16) }.joined()
    let path = "/tmp/hundred-system-\(name)"
    let directory = try Descriptor.directory(at: path, creating: 0o700)
    defer {
        for name in (try? directory.names()) ?? [] { try? directory.remove(name) }
        rmdir(path)
    }
    try body(path)
}

@Suite struct LockTests {
    @Test func excludesOthers() throws {
        let counter = Lock(0)
        let threads = try (0..<8).map { number in
            try Thread.start(name: "count-\(number)") {
                for _ in 0..<10_000 { counter.withLock { $0 += 1 } }
            }
        }
        for thread in threads { thread.join() }
        #expect(counter.withLock { $0 } == 80_000)
    }

    @Test func givesWayAfterAnError() {
        struct Failure: Error {}
        let lock = Lock(1)
        #expect(throws: Failure.self) { try lock.withLock { _ throws(Failure) in throw Failure() } }
        #expect(lock.withLock { $0 } == 1)
    }
}

@Suite struct ThreadTests {
    @Test func carriesItsNameAndBlocksSignals() throws {
        var before = sigset_t()
        pthread_sigmask(SIG_BLOCK, nil, &before)
        let seen = Lock<(String, Bool)>(("", false))
        let thread = try Thread.start(name: "зapis-very-long-name") {
            let comm = try? Descriptor.open("/proc/thread-self/comm", O_RDONLY)
            let name = (try? comm?.bytes(at: 0, count: 64)) ?? []
            var mask = sigset_t()
            pthread_sigmask(SIG_BLOCK, nil, &mask)
            let text = String(decoding: name.dropLast(), as: UTF8.self)
            let blocked = sigismember(&mask, SIGTERM) == 1 && sigismember(&mask, SIGSEGV) == 0
            seen.withLock { $0 = (text, blocked) }
        }
        thread.join()
        thread.join()
        #expect(seen.withLock { $0.0 } == "зapis-very-lon")
        #expect(seen.withLock { $0.1 })
        var mask = sigset_t()
        pthread_sigmask(SIG_BLOCK, nil, &mask)
        for signal in 1..<Int32(32) {
            #expect(sigismember(&mask, signal) == sigismember(&before, signal))
        }
    }
}

@Suite struct MailboxTests {
    @Test func keepsOrderAndItsBound() {
        let box = Mailbox<Int>(capacity: 3)
        #expect([1, 2, 3, 4].map { box.put($0) } == [.accepted, .accepted, .accepted, .full])
        #expect(box.count == 3)
        #expect(box.take() == 1)
        #expect(box.put(5) == .accepted)
        #expect(box.takeAll(upTo: 2) == [2, 3])
        box.close()
        #expect(box.put(6) == .closed)
        #expect(box.take() == 5)
        #expect(box.take() == nil)
        #expect(box.takeAll(upTo: 9) == [])
    }

    @Test func waitsNoLongerThanAsked() {
        let box = Mailbox<Int>(capacity: 1)
        let start = MonotonicClock.now()
        #expect(box.takeAll(upTo: 1, waiting: 30) == [])
        #expect(MonotonicClock.now() - start >= 30_000_000)
    }

    @Test func losesNothingBetweenThreads() throws {
        let box = Mailbox<Int>(capacity: 100)
        let sum = Lock(0)
        let takers = try (0..<2).map { _ in
            try Thread.start(name: "take") {
                while let item = box.take() { sum.withLock { $0 += item } }
            }
        }
        let givers = try (0..<3).map { _ in
            try Thread.start(name: "give") {
                for item in 1...20_000 {
                    while box.put(item) != .accepted { sched_yield() }
                }
            }
        }
        for giver in givers { giver.join() }
        box.close()
        for taker in takers { taker.join() }
        #expect(sum.withLock { $0 } == 3 * 20_000 * 20_001 / 2)
    }

    @Test func closingWakesWhoWaits() throws {
        let box = Mailbox<Int>(capacity: 1)
        let thread = try Thread.start(name: "wait") { _ = box.take() }
        usleep(20_000)
        box.close()
        thread.join()
    }
}

@Suite struct DescriptorTests {
    @Test func writesReadsAndCuts() throws {
        try withDirectory { path in
            let directory = try Descriptor.directory(at: path)
            let file = try directory.openFile("a", O_RDWR | O_CREAT | O_EXCL)
            try file.write(Array("hello ".utf8))
            try file.write(Array("world".utf8))
            try file.write(Array("W".utf8), at: 6)
            try file.reserve(at: 0, count: 1 << 20)
            try file.syncData()
            try file.sync()
            try directory.sync()
            #expect(try file.status().size == 11)
            #expect(try file.status().permissions == 0o600)
            #expect(try file.contents(limit: 100) == Array("hello World".utf8))
            #expect(try file.bytes(at: 6, count: 50) == Array("World".utf8))
            #expect(try file.bytes(at: 60, count: 50) == [])
            try file.truncate(to: 5)
            try file.dropCache()
            #expect(try file.contents(limit: 5) == Array("hello".utf8))
            #expect(throws: SystemError(code: EFBIG, call: "read", path: "\(path)/a")) {
                try file.contents(limit: 4)
            }
            try file.close()
            try file.close()
        }
    }

    @Test func namesWhatFailed() throws {
        try withDirectory { path in
            let directory = try Descriptor.directory(at: path)
            #expect(throws: SystemError(code: ENOENT, call: "openat", path: "\(path)/none")) {
                try directory.openFile("none", O_RDONLY)
            }
            symlink("/etc/passwd", "\(path)/link")
            #expect(throws: SystemError(code: ELOOP, call: "openat", path: "\(path)/link")) {
                try directory.openFile("link", O_RDONLY)
            }
            #expect(throws: SystemError.self) { try Descriptor.open("/nonexistent/x", O_RDONLY) }
            let full = try Descriptor.open("/dev/full", O_WRONLY)
            let error = #expect(throws: SystemError.self) { try full.write([1]) }
            #expect(error?.isOutOfSpace == true)
            #expect(
                "\(SystemError(code: EIO, call: "fdatasync", path: "j"))"
                    == "fdatasync j: Input/output error")
        }
    }

    @Test func listsRenamesAndRemoves() throws {
        try withDirectory { path in
            let directory = try Descriptor.directory(at: path)
            for name in ["b", "a", "ü"] {
                _ = try directory.openFile(name, O_WRONLY | O_CREAT | O_EXCL)
            }
            #expect(try directory.names() == ["a", "b", "ü"])
            try directory.rename("b", to: "c")
            try directory.link("a", to: "d")
            try directory.remove("a")
            #expect(try directory.names() == ["c", "d", "ü"])
            #expect(try directory.status(of: "a") == nil)
            #expect(try directory.status(of: "c")?.isRegular == true)
            try directory.makeDirectory("sub")
            try directory.makeDirectory("sub")
            #expect(try directory.status(of: "sub")?.isDirectory == true)
            #expect(try directory.status(of: "sub")?.permissions == 0o700)
            rmdir("\(path)/sub")
            #expect(try directory.freeBytes() > 0)
            #expect(try directory.remoteFileSystem() == nil)
        }
    }

    @Test func locksForOne() throws {
        try withDirectory { path in
            let directory = try Descriptor.directory(at: path)
            let first = try directory.openFile("L", O_RDWR | O_CREAT)
            let second = try directory.openFile("L", O_RDWR)
            #expect(try first.tryLock())
            #expect(try !second.tryLock())
            try first.close()
            #expect(try second.tryLock())
        }
    }

    @Test func closesWhenForgotten() throws {
        var numbers: Set<Int32> = []
        for _ in 0..<3000 { numbers.insert(try Descriptor.open("/dev/null", O_RDONLY).number) }
        #expect(numbers.count < 1000)
    }
}

@Suite struct SmallTests {
    @Test func clocksGoOn() {
        let wall = WallClock.now()
        let monotonic = MonotonicClock.now()
        usleep(3000)
        #expect(WallClock.now() > 1_700_000_000_000)
        #expect(WallClock.now() - wall < 60_000)
        #expect(MonotonicClock.now() - monotonic >= 3_000_000)
        #expect(BootClock.now() >= MonotonicClock.now() - 1_000_000_000)
    }

    @Test func randomBytesDiffer() {
        #expect(RandomBytes.make(0) == [])
        let many = RandomBytes.make(1000)
        #expect(many.count == 1000)
        #expect(Set(many).count > 150)
        #expect(RandomBytes.make(16) != RandomBytes.make(16))
    }

    @Test func wakes() throws {
        let wakeup = try Wakeup()
        func isReadable(_ wait: Int32) -> Bool {
            var entry = pollfd(fd: wakeup.number, events: Int16(POLLIN), revents: 0)
            return poll(&entry, 1, wait) == 1
        }
        #expect(!isReadable(0))
        wakeup.signal()
        wakeup.signal()
        #expect(isReadable(1000))
        wakeup.drain()
        #expect(!isReadable(0))
    }
}
