internal import Glibc
public import Platform

/// An open file, as the journal uses one.
///
/// A struct of closures, so that a test can put a disk in its place that tears, fails and forgets.
public struct DiskFile: Sendable {
    /// The bytes from an offset: so many, or fewer where the file ends.
    public var read: @Sendable (_ offset: Int, _ count: Int) throws(SystemError) -> [UInt8]
    /// Writes at an offset, with one call of the system: so many of the bytes as it took, which may
    /// be fewer. `EINTR` means that none were. ``writeAll(_:_:)`` is what the journal uses.
    public var write:
        @Sendable (_ bytes: ArraySlice<UInt8>, _ offset: Int) throws(SystemError) -> Int
    /// Cuts the file off.
    public var truncate: @Sendable (_ length: Int) throws(SystemError) -> Void
    /// Returns when everything is on the device.
    public var sync: @Sendable () throws(SystemError) -> Void
    /// Returns when the contents are on the device.
    public var syncData: @Sendable () throws(SystemError) -> Void
    /// Reserves room for a range; the length stays.
    public var reserve: @Sendable (_ offset: Int, _ count: Int) throws(SystemError) -> Void
    /// Makes the next read come from the device.
    public var dropCache: @Sendable () throws(SystemError) -> Void
    public var status: @Sendable () throws(SystemError) -> FileStatus
    /// Takes the lock that belongs to the file; false when another has it.
    public var tryLock: @Sendable () throws(SystemError) -> Bool
    public var close: @Sendable () throws(SystemError) -> Void

    package init(
        read: @escaping @Sendable (_ offset: Int, _ count: Int) throws(SystemError) -> [UInt8],
        write:
            @escaping @Sendable (_ bytes: ArraySlice<UInt8>, _ offset: Int) throws(SystemError) ->
            Int,
        truncate: @escaping @Sendable (_ length: Int) throws(SystemError) -> Void,
        sync: @escaping @Sendable () throws(SystemError) -> Void,
        syncData: @escaping @Sendable () throws(SystemError) -> Void,
        reserve: @escaping @Sendable (_ offset: Int, _ count: Int) throws(SystemError) -> Void,
        dropCache: @escaping @Sendable () throws(SystemError) -> Void,
        status: @escaping @Sendable () throws(SystemError) -> FileStatus,
        tryLock: @escaping @Sendable () throws(SystemError) -> Bool,
        close: @escaping @Sendable () throws(SystemError) -> Void
    ) {
        self.read = read
        self.write = write
        self.truncate = truncate
        self.sync = sync
        self.syncData = syncData
        self.reserve = reserve
        self.dropCache = dropCache
        self.status = status
        self.tryLock = tryLock
        self.close = close
    }

    /// An open file of the real disk.
    public init(_ descriptor: Descriptor) {
        read = { offset, count throws(SystemError) in
            try descriptor.bytes(at: offset, count: count)
        }
        write = { bytes, offset throws(SystemError) in
            try bytes.withUnsafeBufferPointer { buffer throws(SystemError) in
                try descriptor.writeOnce(UnsafeRawBufferPointer(buffer), at: offset)
            }
        }
        truncate = { length throws(SystemError) in try descriptor.truncate(to: length) }
        sync = { () throws(SystemError) in try descriptor.sync() }
        syncData = { () throws(SystemError) in try descriptor.syncData() }
        reserve = { offset, count throws(SystemError) in
            try descriptor.reserve(at: offset, count: count)
        }
        dropCache = { () throws(SystemError) in try descriptor.dropCache() }
        status = { () throws(SystemError) in try descriptor.status() }
        tryLock = { () throws(SystemError) in try descriptor.tryLock() }
        close = { () throws(SystemError) in try descriptor.close() }
    }
}

extension DiskFile {
    /// Writes all bytes at an offset: goes on after a short write, and where a signal interrupted.
    func writeAll(_ bytes: [UInt8], _ offset: Int) throws(SystemError) {
        var done = 0
        while done < bytes.count {
            do throws(SystemError) {
                let count = try write(bytes[done...], offset + done)
                guard count > 0 else { throw SystemError(code: EIO, call: "pwrite") }
                done += count
            } catch {
                if error.code != EINTR { throw error }
            }
        }
    }
}

/// Everything that the journal asks of the operating system, about one directory.
///
/// Names are relative to it and may lead into its `archive/`.
public struct DiskDoors: Sendable {
    /// How a directory is opened that may come and go.
    package typealias Opening = @Sendable () throws(SystemError) -> DiskDoors

    /// How a file is opened.
    public enum Access: Hashable, Sendable {
        case read
        case write
        /// Made, readable and writable; an error where the name is taken.
        case create
        /// Made unless it is there.
        case createOrWrite
    }

    /// Where the directory is, for messages.
    public var path: String
    /// The names in the directory ("") or one below it; none where there is no such directory.
    public var names: @Sendable (_ directory: String) throws(SystemError) -> [String]
    /// What stands under a name; nil where nothing does.
    public var status: @Sendable (_ name: String) throws(SystemError) -> FileStatus?
    public var open: @Sendable (_ name: String, _ access: Access) throws(SystemError) -> DiskFile
    /// Renames, replacing what stands under the new name.
    public var rename: @Sendable (_ old: String, _ new: String) throws(SystemError) -> Void
    public var remove: @Sendable (_ name: String) throws(SystemError) -> Void
    public var makeDirectory: @Sendable (_ name: String) throws(SystemError) -> Void
    /// Returns when the entries of the directory ("") or one below it are on the device.
    public var syncDirectory: @Sendable (_ directory: String) throws(SystemError) -> Void
    /// Takes the directory's own lock; false when another has it.
    public var tryLock: @Sendable () throws(SystemError) -> Bool
    /// The kind of a file system that is not to be trusted with a journal; nil for the others.
    public var remoteFileSystem: @Sendable () throws(SystemError) -> String?
    public var freeBytes: @Sendable () throws(SystemError) -> Int
    /// The time of day in milliseconds since 1970, for the names of copies and for diagnosis.
    public var now: @Sendable () -> Int64
    /// Lets go of the directory and of its lock. Nothing else is asked afterwards.
    public var close: @Sendable () throws(SystemError) -> Void
    /// So many bytes that nobody can guess.
    public var randomBytes: @Sendable (_ count: Int) -> [UInt8]

    /// The real directory at a path.
    ///
    /// - Parameter creating: makes it, for its owner alone, where there is none.
    /// - Throws: what the system says, such as `ENOENT` or `EACCES`.
    public static func real(at path: String, creating: Bool) throws(SystemError) -> DiskDoors {
        DiskDoors(try Descriptor.directory(at: path, creating: creating ? 0o700 : nil))
    }

    package init(
        path: String,
        names: @escaping @Sendable (_ directory: String) throws(SystemError) -> [String],
        status: @escaping @Sendable (_ name: String) throws(SystemError) -> FileStatus?,
        open:
            @escaping @Sendable (_ name: String, _ access: Access) throws(SystemError) -> DiskFile,
        rename: @escaping @Sendable (_ old: String, _ new: String) throws(SystemError) -> Void,
        remove: @escaping @Sendable (_ name: String) throws(SystemError) -> Void,
        makeDirectory: @escaping @Sendable (_ name: String) throws(SystemError) -> Void,
        syncDirectory: @escaping @Sendable (_ directory: String) throws(SystemError) -> Void,
        tryLock: @escaping @Sendable () throws(SystemError) -> Bool,
        remoteFileSystem: @escaping @Sendable () throws(SystemError) -> String?,
        freeBytes: @escaping @Sendable () throws(SystemError) -> Int,
        now: @escaping @Sendable () -> Int64,
        close: @escaping @Sendable () throws(SystemError) -> Void,
        randomBytes: @escaping @Sendable (_ count: Int) -> [UInt8]
    ) {
        self.path = path
        self.names = names
        self.status = status
        self.open = open
        self.rename = rename
        self.remove = remove
        self.makeDirectory = makeDirectory
        self.syncDirectory = syncDirectory
        self.tryLock = tryLock
        self.remoteFileSystem = remoteFileSystem
        self.freeBytes = freeBytes
        self.now = now
        self.close = close
        self.randomBytes = randomBytes
    }

    private init(_ root: Descriptor) {
        path = root.path
        names = { directory throws(SystemError) in
            if directory.isEmpty { return try root.names() }
            guard try root.status(of: directory)?.isDirectory == true else { return [] }
            return try root.openFile(directory, O_RDONLY | O_DIRECTORY).names()
        }
        status = { name throws(SystemError) in try root.status(of: name) }
        open = { name, access throws(SystemError) in
            let flags =
                switch access {
                case .read: O_RDONLY
                case .write: O_RDWR
                case .create: O_RDWR | O_CREAT | O_EXCL
                case .createOrWrite: O_RDWR | O_CREAT
                }
            return DiskFile(try root.openFile(name, flags | O_NONBLOCK))
        }
        rename = { old, new throws(SystemError) in try root.rename(old, to: new) }
        remove = { name throws(SystemError) in try root.remove(name) }
        makeDirectory = { name throws(SystemError) in try root.makeDirectory(name) }
        syncDirectory = { directory throws(SystemError) in
            if directory.isEmpty { return try root.sync() }
            try root.openFile(directory, O_RDONLY | O_DIRECTORY).sync()
        }
        tryLock = { () throws(SystemError) in try root.tryLock() }
        remoteFileSystem = { () throws(SystemError) in try root.remoteFileSystem() }
        freeBytes = { () throws(SystemError) in try root.freeBytes() }
        now = { WallClock.now() }
        close = { () throws(SystemError) in try root.close() }
        randomBytes = { RandomBytes.make($0) }
    }
}

extension DiskDoors {
    /// The whole of a file. A read that fails is tried once more.
    func contents(_ name: String, limit: Int = 1 << 30) throws(SystemError) -> [UInt8] {
        let file = try open(name, .read)
        let status = try file.status()
        guard status.isRegular, status.size <= limit else {
            throw SystemError(code: status.isRegular ? EFBIG : EINVAL, call: "read", path: name)
        }
        do throws(SystemError) {
            return try file.read(0, status.size)
        } catch {
            return try file.read(0, status.size)
        }
    }

    /// The whole of a segment, wherever it lies by now: it may have moved into the archive since it
    /// was listed.
    func contents(of segment: Segment) throws(SystemError) -> [UInt8] {
        do throws(SystemError) {
            return try contents(segment.name)
        } catch {
            guard error.code == ENOENT else { throw error }
            return try contents(Segment(first: segment.first, isArchived: !segment.isArchived).name)
        }
    }

    /// Puts a file in place as a whole or not at all, durably: written beside it, synced, read
    /// back, renamed, the directory synced.
    func replace(_ name: String, with bytes: [UInt8]) throws(SystemError) {
        let temporary = "\(name).tmp"
        if try status(temporary) != nil { try remove(temporary) }
        let file = try open(temporary, .create)
        do throws(SystemError) {
            try file.writeAll(bytes, 0)
            try file.sync()
            try file.dropCache()
            guard try file.read(0, bytes.count + 1) == bytes else {
                throw SystemError(code: EIO, call: "read back", path: temporary)
            }
            try file.close()
            try rename(temporary, name)
        } catch {
            try? remove(temporary)
            throw error
        }
        let archive = FileNames.archive
        try syncDirectory(name.hasPrefix("\(archive)/") ? archive : "")
    }
}
