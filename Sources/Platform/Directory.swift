internal import CLinux
internal import Glibc

/// What the file system says about a file.
public struct FileStatus: Hashable, Sendable {
    public var size: Int
    public var inode: UInt64
    public var device: UInt64
    /// The permission bits.
    public var permissions: UInt32
    public var isRegular: Bool
    public var isDirectory: Bool

    /// For doors that stand in for the file system.
    public init(
        size: Int, inode: UInt64, device: UInt64 = 0, permissions: UInt32 = 0o600,
        isRegular: Bool = true, isDirectory: Bool = false
    ) {
        self.size = size
        self.inode = inode
        self.device = device
        self.permissions = permissions
        self.isRegular = isRegular
        self.isDirectory = isDirectory
    }

    init(_ status: stat) {
        size = Int(status.st_size)
        inode = UInt64(status.st_ino)
        device = UInt64(status.st_dev)
        permissions = status.st_mode & 0o7777
        isRegular = status.st_mode & S_IFMT == S_IFREG
        isDirectory = status.st_mode & S_IFMT == S_IFDIR
    }
}

extension Descriptor {
    /// What the file system says about this file.
    public func status() throws(SystemError) -> FileStatus {
        var status = stat()
        _ = try retrying("fstat", path) { fstat(number, &status) }
        return FileStatus(status)
    }

    /// What stands under this name in the directory, links not followed; nil where nothing does.
    public func status(of name: String) throws(SystemError) -> FileStatus? {
        var status = stat()
        do throws(SystemError) {
            _ = try retrying("fstatat", "\(path)/\(name)") {
                fstatat(number, name, &status, AT_SYMLINK_NOFOLLOW)
            }
        } catch {
            if error.code == ENOENT { return nil }
            throw error
        }
        return FileStatus(status)
    }

    /// Makes a directory at a path unless one is there, and opens it.
    public static func directory(
        at path: String, creating mode: UInt32? = nil
    ) throws(SystemError) -> Descriptor {
        if let mode, mkdir(path, mode) < 0, errno != EEXIST {
            throw SystemError.last("mkdir", path)
        }
        return try open(path, O_RDONLY | O_DIRECTORY)
    }

    /// Makes a directory in this one unless one is there.
    public func makeDirectory(_ name: String, mode: UInt32 = 0o700) throws(SystemError) {
        if mkdirat(number, name, mode) < 0, errno != EEXIST {
            throw SystemError.last("mkdirat", "\(path)/\(name)")
        }
    }

    /// The names in the directory, sorted by their bytes, without `.` and `..`. A name that is not
    /// UTF-8 is shown with replacement characters.
    public func names() throws(SystemError) -> [String] {
        let again = try retrying("openat", path) {
            clinux_openat(number, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0)
        }
        guard let stream = fdopendir(again) else {
            let error = SystemError.last("fdopendir", path)
            _ = Glibc.close(again)
            throw error
        }
        defer { closedir(stream) }
        var names: [String] = []
        while true {
            errno = 0
            guard let entry = readdir(stream) else {
                if errno != 0 { throw SystemError.last("readdir", path) }
                break
            }
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }

    /// Renames within this directory (a name may lead into a directory below it), replacing what
    /// stands there.
    public func rename(_ old: String, to new: String) throws(SystemError) {
        _ = try retrying("renameat", "\(path)/\(old)") {
            clinux_renameat(number, old, number, new)
        }
    }

    /// Removes a file's name from the directory.
    public func remove(_ name: String) throws(SystemError) {
        _ = try retrying("unlinkat", "\(path)/\(name)") { unlinkat(number, name, 0) }
    }

    /// Gives a file of this directory a second name here.
    public func link(_ old: String, to new: String) throws(SystemError) {
        _ = try retrying("linkat", "\(path)/\(new)") { linkat(number, old, number, new, 0) }
    }

    /// Takes the advisory lock that belongs to this open file, without waiting.
    ///
    /// - Returns: false when another holds it.
    public func tryLock() throws(SystemError) -> Bool {
        do throws(SystemError) {
            _ = try retrying("flock", path) { clinux_flock(number, LOCK_EX | LOCK_NB) }
            return true
        } catch {
            if error.code == EWOULDBLOCK { return false }
            throw error
        }
    }

    /// The bytes that are free to us on this file system.
    public func freeBytes() throws(SystemError) -> Int {
        var free: UInt64 = 0
        _ = try retrying("fstatvfs", path) { clinux_free_bytes(number, &free) }
        return Int(clamping: free)
    }

    /// The name of the file system, where it is one whose locks and syncs reach beyond this
    /// machine or can't be trusted (NFS, CIFS, FUSE and their kind); nil for the others.
    public func remoteFileSystem() throws(SystemError) -> String? {
        var magic: UInt64 = 0
        _ = try retrying("fstatfs", path) { clinux_filesystem_magic(number, &magic) }
        return switch magic {
        case 0x6969: "NFS"
        case 0xFF53_4D42: "CIFS"
        case 0xFE53_4D42: "SMB2"
        case 0x517B: "SMB"
        case 0x6573_5546: "FUSE"
        case 0x0102_1997: "9P"
        case 0x00C3_6400: "CephFS"
        case 0x5346_414F: "AFS"
        default: nil
        }
    }
}
