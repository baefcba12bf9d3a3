import Glibc
import Language
import Platform

/// The machine's own time zones: every TZif file of `HUNDRED_ZONEINFO`, else `/usr/share/zoneinfo`.
enum ZoneInfo {
    /// A tz database has some 600 names, three folders deep.
    private static let most = 2_000
    private static let deepest = 3
    private static let longest = 256 << 10

    /// All zones, with the release of the database.
    static func read(_ named: String? = Environment["HUNDRED_ZONEINFO"]) throws(LoadingFault)
        -> Zones
    {
        let path = named ?? "/usr/share/zoneinfo"
        var files: [String: [UInt8]] = [:]
        do throws(SystemError) {
            let root = try Descriptor.directory(at: path)
            try walk(root, prefix: "", depth: 0, &files)
            for name in ["+VERSION", "tzdata.zi"] {
                if let file = try? root.openFile(name, O_RDONLY),
                    let head = try? file.bytes(at: 0, count: 64)
                {
                    files[name] = head
                    break
                }
            }
        } catch {
            throw LoadingFault(
                file: path, path: "",
                why: "the time zones can't be read (\(error)); is tzdata installed?")
        }
        let zones = Zones(files: files)
        guard zones.count > 0 else {
            throw LoadingFault(
                file: path, path: "", why: "there are no time zones; is tzdata installed?")
        }
        return zones
    }

    /// `posix` and `right` are the same zones again, counted otherwise. What can't be opened (a link that
    /// leads out of the database) is passed over: it is as if absent.
    private static func walk(
        _ folder: Descriptor, prefix: String, depth: Int, _ files: inout [String: [UInt8]]
    ) throws(SystemError) {
        for name in try folder.names() {
            guard let first = name.utf8.first, (65...90).contains(first), files.count < most else {
                continue
            }
            // Debian's links lead to files beside them; `openFile` would refuse to follow any.
            guard let file = try? Descriptor.open("\(folder.path)/\(name)", O_RDONLY | O_NONBLOCK),
                let status = try? file.status()
            else { continue }
            if status.isDirectory {
                if depth < deepest {
                    try walk(file, prefix: prefix + name + "/", depth: depth + 1, &files)
                }
            } else if status.isRegular, status.size <= longest,
                let bytes = try? file.bytes(at: 0, count: status.size),
                bytes.starts(with: "TZif".utf8)
            {
                files[prefix + name] = bytes
            }
        }
    }
}

extension ZoneInfo {
    /// The release of the database alone: `2025b`; empty where nothing tells it.
    static func release(_ named: String? = Environment["HUNDRED_ZONEINFO"]) throws(SystemError)
        -> String
    {
        let root = try Descriptor.directory(at: named ?? "/usr/share/zoneinfo")
        for name in ["+VERSION", "tzdata.zi"] {
            if let file = try? root.openFile(name, O_RDONLY),
                let head = try? file.bytes(at: 0, count: 64)
            {
                return Zones(files: [name: head]).version
            }
        }
        return ""
    }
}
