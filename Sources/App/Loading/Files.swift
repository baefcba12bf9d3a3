import Glibc
import Platform

/// Whole files and lists of names: what loading needs of a disk.
enum Files {
    /// Files of the set-up may have this many bytes.
    static let longest = 4 << 20

    /// The bytes of a regular file.
    static func read(_ path: String, limit: Int = longest) throws(SystemError) -> [UInt8] {
        let file = try Descriptor.open(path, O_RDONLY | O_NONBLOCK)
        guard try file.status().isRegular else {
            throw SystemError(code: EINVAL, call: "read", path: path)
        }
        return try file.contents(limit: limit)
    }

    /// Writes a file at once: beside its place first, then renamed over it.
    static func write(_ bytes: [UInt8], to path: String, mode: UInt32 = 0o644) throws(SystemError) {
        let (folder, name) = split(path)
        let directory = try Descriptor.directory(at: folder)
        let beside = ".\(name).\(CurrentProcess.id).tmp"
        do throws(SystemError) {
            let file = try directory.openFile(beside, O_WRONLY | O_CREAT | O_TRUNC, mode: mode)
            try file.write(bytes)
            try file.sync()
            try file.close()
            try directory.rename(beside, to: name)
        } catch {
            try? directory.remove(beside)
            throw error
        }
    }

    /// The names in a directory, sorted; nil where there is none.
    static func names(in path: String) throws(SystemError) -> [String]? {
        do throws(SystemError) {
            return try Descriptor.directory(at: path).names()
        } catch {
            if error.code == ENOENT || error.code == ENOTDIR { return nil }
            throw error
        }
    }

    static func isDirectory(_ path: String) -> Bool {
        (try? Descriptor.directory(at: path)) != nil
    }

    static func isFile(_ path: String) -> Bool {
        access(path, R_OK) == 0 && !isDirectory(path)
    }

    /// `a/b/c` -> (`a/b`, `c`); a bare name is in `.`.
    static func split(_ path: String) -> (folder: String, name: String) {
        guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return (".", path) }
        let folder = String(path[..<slash])
        return (folder.isEmpty ? "/" : folder, String(path[path.utf8.index(after: slash)...]))
    }

    /// A path below a folder, unless it is absolute.
    static func join(_ folder: String, _ name: String) -> String {
        name.hasPrefix("/") || folder.isEmpty || folder == "." ? name : "\(folder)/\(name)"
    }

    /// Where the running program lies, links followed; nil where the system does not say.
    static func ownPath() -> String? {
        var buffer = [UInt8](repeating: 0, count: 4096)
        let count = buffer.withUnsafeMutableBytes { bytes in
            guard let start = bytes.baseAddress?.assumingMemoryBound(to: CChar.self) else {
                return 0
            }
            return readlink("/proc/self/exe", start, bytes.count)
        }
        return count > 0 && count < buffer.count
            ? String(decoding: buffer[..<count], as: UTF8.self) : nil
    }
}

/// The environment of the process, read by name.
enum Environment {
    static subscript(name: String) -> String? {
        guard let value = getenv(name) else { return nil }
        let text = String(cString: value)
        return text.isEmpty ? nil : text
    }

    /// All variables, for those whose names hold a name.
    static var all: [String: String] {
        var found: [String: String] = [:]
        var place = environ
        while let entry = place.pointee {
            let text = String(cString: entry)
            if let equals = text.utf8.firstIndex(of: UInt8(ascii: "=")) {
                found[String(text[..<equals])] = String(text[text.utf8.index(after: equals)...])
            }
            place += 1
        }
        return found
    }
}
