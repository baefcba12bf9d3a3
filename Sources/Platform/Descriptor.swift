internal import CLinux
internal import Glibc

/// An open file or directory that is closed when nobody holds it any more.
///
/// Every call repeats when a signal interrupts it, and writes go on until all bytes are written.
/// Errors name the call and the file.
public final class Descriptor: Sendable {
    /// The number that the kernel knows it by.
    public let number: Int32
    /// The name it was opened by, for errors.
    public let path: String
    private let closed = Lock(false)

    /// Takes over an open descriptor.
    public init(owning number: Int32, path: String) {
        self.number = number
        self.path = path
    }

    deinit {
        if !closed.withLock({ $0 }) { _ = Glibc.close(number) }
    }

    /// Opens a file by its path. `O_CLOEXEC` is always added.
    public static func open(
        _ path: String, _ flags: Int32, mode: UInt32 = 0o600
    ) throws(SystemError) -> Descriptor {
        let number = try retrying("open", path) {
            clinux_openat(AT_FDCWD, path, flags | O_CLOEXEC, mode)
        }
        return Descriptor(owning: number, path: path)
    }

    /// Opens a file in this directory. `O_CLOEXEC` and `O_NOFOLLOW` are always added.
    public func openFile(
        _ name: String, _ flags: Int32, mode: UInt32 = 0o600
    ) throws(SystemError) -> Descriptor {
        let path = "\(self.path)/\(name)"
        let number = try retrying("openat", path) {
            clinux_openat(self.number, name, flags | O_CLOEXEC | O_NOFOLLOW, mode)
        }
        return Descriptor(owning: number, path: path)
    }

    /// Closes now. A second call does nothing. After `EINTR` Linux has closed it all the same.
    public func close() throws(SystemError) {
        let isFirst = closed.withLock { closed in
            defer { closed = true }
            return !closed
        }
        guard isFirst else { return }
        if Glibc.close(number) < 0, errno != EINTR { throw SystemError.last("close", path) }
    }

    // MARK: Reading and writing

    /// Reads up to the buffer's length from the current place; 0 at the end.
    public func read(into buffer: UnsafeMutableRawBufferPointer) throws(SystemError) -> Int {
        try retrying("read", path) { Glibc.read(number, buffer.baseAddress, buffer.count) }
    }

    /// Reads up to the buffer's length from an offset; 0 at the end.
    public func read(
        into buffer: UnsafeMutableRawBufferPointer, at offset: Int
    ) throws(SystemError) -> Int {
        try retrying("pread", path) {
            pread(number, buffer.baseAddress, buffer.count, off_t(offset))
        }
    }

    /// Reads the bytes from an offset: so many, or fewer where the file ends.
    public func bytes(at offset: Int, count: Int) throws(SystemError) -> [UInt8] {
        var failure: SystemError?
        let bytes = [UInt8](unsafeUninitializedCapacity: max(0, count)) { buffer, initialized in
            do throws(SystemError) {
                while initialized < count {
                    let rest = UnsafeMutableRawBufferPointer(
                        rebasing: UnsafeMutableRawBufferPointer(buffer)[initialized..<count])
                    let got = try read(into: rest, at: offset + initialized)
                    if got == 0 { break }
                    initialized += got
                }
            } catch {
                failure = error
            }
        }
        if let failure { throw failure }
        return bytes
    }

    /// The whole file from its beginning.
    ///
    /// - Throws: `EFBIG` when it is longer than the limit.
    public func contents(limit: Int) throws(SystemError) -> [UInt8] {
        let size = try status().size
        guard size <= limit else { throw SystemError(code: EFBIG, call: "read", path: path) }
        return try bytes(at: 0, count: size)
    }

    /// Writes all bytes at the current place.
    public func write(_ bytes: UnsafeRawBufferPointer) throws(SystemError) {
        var done = 0
        while done < bytes.count {
            let rest = UnsafeRawBufferPointer(rebasing: bytes[done...])
            let count = try retrying("write", path) {
                Glibc.write(number, rest.baseAddress, rest.count)
            }
            guard count > 0 else { throw SystemError(code: EIO, call: "write", path: path) }
            done += count
        }
    }

    /// Writes all bytes at an offset.
    public func write(_ bytes: UnsafeRawBufferPointer, at offset: Int) throws(SystemError) {
        var done = 0
        while done < bytes.count {
            let rest = UnsafeRawBufferPointer(rebasing: bytes[done...])
            let count = try retrying("pwrite", path) {
                pwrite(number, rest.baseAddress, rest.count, off_t(offset + done))
            }
            guard count > 0 else { throw SystemError(code: EIO, call: "pwrite", path: path) }
            done += count
        }
    }

    /// Writes bytes at an offset with one call: so many of them as the system took.
    ///
    /// - Throws: `EINTR` too, when a signal came before anything was written.
    public func writeOnce(
        _ bytes: UnsafeRawBufferPointer, at offset: Int
    ) throws(SystemError) -> Int {
        let count = pwrite(number, bytes.baseAddress, bytes.count, off_t(offset))
        if count < 0 { throw SystemError.last("pwrite", path) }
        return count
    }

    /// Writes all bytes at the current place.
    public func write(_ bytes: [UInt8]) throws(SystemError) {
        try bytes.withUnsafeBufferPointer { buffer throws(SystemError) in
            try write(UnsafeRawBufferPointer(buffer))
        }
    }

    /// Writes all bytes at an offset.
    public func write(_ bytes: [UInt8], at offset: Int) throws(SystemError) {
        try bytes.withUnsafeBufferPointer { buffer throws(SystemError) in
            try write(UnsafeRawBufferPointer(buffer), at: offset)
        }
    }

    // MARK: Durability and space

    /// Cuts the file off, or lengthens it with zeros.
    public func truncate(to length: Int) throws(SystemError) {
        _ = try retrying("ftruncate", path) { ftruncate(number, off_t(length)) }
    }

    /// Returns when contents and all about the file are on the device. For a directory: when its
    /// entries are.
    public func sync() throws(SystemError) {
        _ = try retrying("fsync", path) { fsync(number) }
    }

    /// Returns when the contents, and the length they are found by, are on the device.
    public func syncData() throws(SystemError) {
        _ = try retrying("fdatasync", path) { fdatasync(number) }
    }

    /// Reserves blocks for a range; the length of the file stays. A file system that can't is no
    /// error: the write will tell.
    ///
    /// - Throws: `ENOSPC`, `EDQUOT`, `EFBIG` when there is no room for it.
    public func reserve(at offset: Int, count: Int) throws(SystemError) {
        do throws(SystemError) {
            _ = try retrying("fallocate", path) {
                clinux_reserve(number, off_t(offset), off_t(count))
            }
        } catch {
            if error.code != EOPNOTSUPP && error.code != ENOSYS { throw error }
        }
    }

    /// Asks the kernel to forget its copies of the file, so that the next read is from the device.
    /// Only what is synced is forgotten.
    public func dropCache() throws(SystemError) {
        let code = clinux_dont_need(number)
        if code != 0 { throw SystemError(code: code, call: "posix_fadvise", path: path) }
    }
}
