import Glibc
import Platform
import Runtime
import Storage
import TestKit

/// A disk in memory, with every freedom that a real one has.
///
/// 1. A file has what is on the device for certain, and the changes since its last sync. A crash
///    keeps any subset of the sectors that changed, at any length that the file had meanwhile; a
///    sector that was never synced may also be zeros, or torn at any byte.
/// 2. Names are changes too: created, renamed, removed. A crash keeps any subset of those that no
///    sync of their directory has fixed; a rename is kept as a whole or not at all.
/// 3. A sync that fails loses what it had to write for good: some sectors reach the device, none is
///    tried again, and reads go on seeing the kernel's copy until that is dropped.
/// 4. Any call can fail, once or from then on; a write may take only a part, or be interrupted. The
///    process can end in the middle of any call: then no later call has an effect.
///
/// One thread only; everything follows from the seed.
final class SimulatedDisk: @unchecked Sendable {
    enum Change {
        case write(Int, [UInt8])
        case truncate(Int)
    }

    final class Node: @unchecked Sendable {
        let number: UInt64
        /// What a read sees.
        var bytes: [UInt8] = []
        /// What is on the device.
        var device: [UInt8] = []
        var changes: [Change] = []
        var reserved = 0
        /// Where the writes that were synced began, those that were cut off again left out.
        var synced: [Int] = []
        /// Where the last of them began.
        var lastWrite: Int { synced.last ?? 0 }
        var isLocked = false

        init(_ number: UInt64) { self.number = number }
    }

    enum NameChange {
        case set(String, Node)
        case unset(String)
        case move(String, String, Node)

        var directories: Set<String> {
            switch self {
            case .set(let name, _), .unset(let name): [folder(of: name)]
            case .move(let old, let new, _): [folder(of: old), folder(of: new)]
            }
        }
    }

    /// What may go wrong.
    struct Plan {
        /// Of a thousand calls that change something, so many fail.
        var failures = 0
        var codes: [Int32] = [EIO, ENOSPC, EINTR, EDQUOT, EROFS]
        /// The process ends in the middle of this call, counted from now.
        var crashAt: Int?
        /// This call fails, counted from now.
        var failAt: (nth: Int, code: Int32, forEver: Bool)?
        /// Of a thousand reads, so many fail.
        var readFailures = 0
        /// Of a hundred writes, so many take only a part.
        var shortWrites = 0
    }

    var chance: Seeded
    var plan = Plan()
    var isFull = false
    var time: Int64 = 0
    /// What its files say that they are on.
    var device: UInt64 = 0
    /// Safeguards of the outside that a test can take away.
    var forgetsSync = false
    var forgetsDirectorySync = false
    var forgetsLocks = false

    var isDown = false
    var calls = 0
    var failures = 0
    var names: [String: Node] = [:]
    var deviceNames: [String: Node] = [:]
    var nameChanges: [NameChange] = []
    var directories: Set<String> = [""]
    var isLocked = false
    var next: UInt64 = 1

    init(_ seed: UInt64) { chance = Seeded(seed) }

    static let sector = 512

    // MARK: Seen from outside

    /// Every file as a read sees it.
    var files: [String: [UInt8]] { names.mapValues(\.bytes) }
    func file(_ name: String) -> Node? { names[name] }

    /// A disk with these files, all of them synced.
    func put(_ files: [String: [UInt8]]) {
        names = [:]
        for (name, bytes) in files {
            let node = make()
            node.bytes = bytes
            node.device = bytes
            names[name] = node
        }
        deviceNames = names
        nameChanges = []
        directories = ["", "archive"]
        isLocked = false
        isDown = false
    }

    /// Turns one bit over, on the device and in every copy.
    func flip(_ name: String, _ place: Int, bit: Int) {
        guard let node = names[name], node.bytes.indices.contains(place) else { return }
        node.bytes[place] ^= 1 << UInt8(bit)
        if node.device.indices.contains(place) { node.device[place] = node.bytes[place] }
    }

    // MARK: Crash

    /// The machine loses power, or the process ends: what was never synced is what it happens to be.
    func crash(losingPower: Bool = true) {
        if losingPower {
            settleNames()
            for node in nodes() {
                node.device = remains(of: node)
                node.bytes = node.device
                node.changes = []
            }
        }
        for node in nodes() {
            node.isLocked = false
            node.reserved = 0
        }
        isLocked = false
        isDown = false
        plan.crashAt = nil
    }

    func nodes() -> [Node] {
        var seen: Set<UInt64> = []
        return names.keys.sorted().compactMap { names[$0] }.filter {
            seen.insert($0.number).inserted
        }
    }

    func settleNames() {
        var kept = deviceNames
        let mode = Int.random(in: 0..<4, using: &chance)
        let prefix = Int.random(in: 0...nameChanges.count, using: &chance)
        for (i, change) in nameChanges.enumerated() {
            let isKept =
                switch mode {
                case 0: true
                case 1: false
                case 2: i < prefix
                default: Bool.random(using: &chance)
                }
            if isKept { Self.apply(change, &kept) }
        }
        names = kept
        deviceNames = kept
        nameChanges = []
    }

    static func apply(_ change: NameChange, _ names: inout [String: Node]) {
        switch change {
        case .set(let name, let node): names[name] = node
        case .unset(let name): names[name] = nil
        case .move(let old, let new, let node):
            if names[old] === node { names[old] = nil }
            names[new] = node
        }
    }

    /// What a device may hold of a file: of every sector any state it went through.
    func remains(of node: Node) -> [UInt8] {
        guard !node.changes.isEmpty else { return node.device }
        var states = [node.device]
        var touched: Set<Int> = []
        for change in node.changes {
            var state = states.last ?? []
            Self.apply(change, &state)
            if case .write(let place, let bytes) = change {
                for sector in place / Self.sector...max(place, place + bytes.count - 1)
                    / Self.sector
                {
                    touched.insert(sector)
                }
            }
            states.append(state)
        }
        let length = states[Int.random(in: 0..<states.count, using: &chance)].count
        var result =
            states[0].prefix(length)
            + [UInt8](repeating: 0, count: max(0, length - states[0].count))
        // All, none, or each for itself.
        let mode = Int.random(in: 0..<4, using: &chance)
        for sector in touched.sorted() {
            let start = sector * Self.sector
            let end = min(start + Self.sector, length)
            guard start < end else { continue }
            let pick =
                switch mode {
                case 0: states.count - 1
                case 1: 0
                default: Int.random(in: 0..<states.count, using: &chance)
                }
            let state = states[pick]
            for place in start..<end { result[place] = place < state.count ? state[place] : 0 }
            guard mode == 3, start >= node.device.count else { continue }
            switch Int.random(in: 0..<8, using: &chance) {
            case 0: for place in start..<end { result[place] = 0 }
            case 1:
                for place in Int.random(in: start..<end, using: &chance)..<end { result[place] = 0 }
            default: break
            }
        }
        return Array(result)
    }

    static func apply(_ change: Change, _ bytes: inout [UInt8]) {
        switch change {
        case .write(let place, let new):
            if bytes.count < place { bytes += [UInt8](repeating: 0, count: place - bytes.count) }
            let overlap = min(bytes.count - place, new.count)
            bytes.replaceSubrange(place..<place + overlap, with: new[..<overlap])
            bytes += new[overlap...]
        case .truncate(let length):
            if length < bytes.count {
                bytes.removeLast(bytes.count - length)
            } else {
                bytes += [UInt8](repeating: 0, count: length - bytes.count)
            }
        }
    }

    // MARK: Calls

    func make() -> Node {
        defer { next += 1 }
        return Node(next)
    }

    /// Counts a call that changes something; throws when it fails. When the process ends in it, the
    /// effect happens or not, and the call fails like all later ones.
    func begin(
        _ call: String, _ effect: () -> Void = {}
    ) throws(SystemError) {
        if isDown { throw SystemError(code: EIO, call: call, path: "down") }
        calls += 1
        if let crashAt = plan.crashAt {
            plan.crashAt = crashAt - 1
            if crashAt <= 1 {
                isDown = true
                if Bool.random(using: &chance) { effect() }
                throw SystemError(code: EIO, call: call, path: "down")
            }
        }
        if let fail = plan.failAt {
            if fail.nth <= 1 {
                if !fail.forEver { plan.failAt = nil }
                throw failed(fail.code, call)
            }
            plan.failAt = (nth: fail.nth - 1, code: fail.code, forEver: fail.forEver)
        }
        if plan.failures > 0, Int.random(in: 0..<1000, using: &chance) < plan.failures {
            let code = plan.codes[Int.random(in: 0..<plan.codes.count, using: &chance)]
            // Only a write is interrupted at this level: the other calls repeat below it.
            throw failed(code == EINTR && call != "pwrite" ? EIO : code, call)
        }
    }

    func failed(_ code: Int32, _ call: String) -> SystemError {
        failures += 1
        return SystemError(code: code, call: call)
    }

    func read(_ node: Node, _ offset: Int, _ count: Int) throws(SystemError) -> [UInt8] {
        if isDown { throw SystemError(code: EIO, call: "pread", path: "down") }
        if plan.readFailures > 0, Int.random(in: 0..<1000, using: &chance) < plan.readFailures {
            throw failed(EIO, "pread")
        }
        guard offset < node.bytes.count else { return [] }
        return Array(node.bytes[offset..<min(node.bytes.count, offset + count)])
    }

    func write(
        _ node: Node, _ bytes: ArraySlice<UInt8>, _ offset: Int
    ) throws(SystemError) -> Int {
        func put(_ count: Int) {
            let change = Change.write(offset, Array(bytes.prefix(count)))
            Self.apply(change, &node.bytes)
            node.changes.append(change)
        }
        do throws(SystemError) {
            try begin("pwrite") { put(Int.random(in: 0...bytes.count, using: &chance)) }
        } catch {
            // A full disk may take a part first.
            if error.isOutOfSpace, !isDown {
                put(Int.random(in: 0...bytes.count / 2, using: &chance))
            }
            throw error
        }
        if isFull, offset + bytes.count > max(node.reserved, node.bytes.count) {
            put(max(0, min(bytes.count, max(node.reserved, node.bytes.count) - offset)))
            throw failed(ENOSPC, "pwrite")
        }
        var count = bytes.count
        if plan.shortWrites > 0, count > 1,
            Int.random(in: 0..<100, using: &chance) < plan.shortWrites
        {
            count = Int.random(in: 1..<count, using: &chance)
        }
        put(count)
        return count
    }

    func sync(_ node: Node, _ call: String) throws(SystemError) {
        func settle() {
            guard !forgetsSync else { return }
            for case .write(let place, _) in node.changes {
                node.synced.append(place)
                break
            }
            node.synced.removeAll { $0 >= node.bytes.count }
            node.device = node.bytes
            node.changes = []
        }
        do throws(SystemError) {
            try begin(call, settle)
        } catch {
            if !isDown {
                // What it had to write is gone: some of it is there, the rest will never be.
                node.device = remains(of: node)
                node.changes = []
            }
            throw error
        }
        settle()
    }

    func status(_ node: Node) -> FileStatus {
        FileStatus(size: node.bytes.count, inode: node.number, device: device)
    }

    func rename(_ change: NameChange, _ call: String) throws(SystemError) {
        func put() {
            Self.apply(change, &names)
            nameChanges.append(change)
        }
        try begin(call, put)
        put()
    }

    func open(_ name: String, _ access: DiskDoors.Access) throws(SystemError) -> DiskFile {
        if isDown { throw SystemError(code: EIO, call: "openat", path: "down") }
        if let node = names[name] {
            guard access != .create else {
                throw SystemError(code: EEXIST, call: "openat", path: name)
            }
            return handle(node)
        }
        guard access == .create || access == .createOrWrite else {
            throw SystemError(code: ENOENT, call: "openat", path: name)
        }
        if isFull { throw failed(ENOSPC, "openat") }
        let node = make()
        try rename(.set(name, node), "openat")
        return handle(node)
    }

    func syncDirectory(_ directory: String) throws(SystemError) {
        func settle() {
            guard !forgetsDirectorySync else { return }
            var left: [NameChange] = []
            for change in nameChanges {
                if change.directories.contains(directory) {
                    Self.apply(change, &deviceNames)
                } else {
                    left.append(change)
                }
            }
            nameChanges = left
        }
        try begin("fsync", settle)
        settle()
    }
}

func folder(of name: String) -> String {
    name.firstIndex(of: "/").map { String(name[..<$0]) } ?? ""
}
