import Testing

/// What keeps the house in order and no compiler checks: who imports whom, what is never used and what
/// instead, how long files are, what the maps say.
@Suite("Tidy") struct Tidy {
    /// Folder -> the modules that its files may import. The map of Sources/README.md, in full.
    private static let mayImport: [String: Set<String>] = [
        "Platform": ["CLinux", "Glibc"],
        "JSON": [],
        "Language": ["Collections", "OrderedCollections"],
        "Accelerator": ["Language", "JSON", "HashTreeCollections", "HeapModule", "Collections"],
        "Runtime": [
            "Accelerator", "Language", "Logging", "Metrics", "CoreMetrics", "ServiceLifecycle",
            "Synchronization", "Glibc",
        ],
        "Storage": ["Runtime", "Accelerator", "Language", "JSON", "Platform", "Crypto", "Glibc"],
        "Transport": ["CCurl", "Platform", "Logging", "Glibc"],
        "Pictures": ["CPango", "Language"],
        "Channels": [
            "Transport", "JSON", "Runtime", "Accelerator", "Language", "Crypto", "Logging",
            "Synchronization",
        ],
        "App": [
            "Channels", "Storage", "Transport", "Runtime", "Accelerator", "Language", "JSON",
            "Platform", "Pictures", "CQREncode", "Glibc",
            "ArgumentParser", "Hummingbird", "HTTPTypes", "NIOCore", "NIOPosix", "NIOHTTP1", "Yams",
            "Logging", "Metrics",
            "CoreMetrics", "ServiceLifecycle", "UnixSignals", "Crypto", "Synchronization",
            "FoundationEssentials",
        ],
    ]
    /// Folders of headers alone.
    private static let headers: Set<String> = ["CCurl", "CLinux", "CPango", "CQREncode"]

    private static let sources = Sources.swift("Sources")

    private static func folder(_ path: String) -> String {
        path.split(separator: "/").dropFirst().first.map(String.init) ?? ""
    }

    @Test("a folder imports what its place in the house allows, and nothing else")
    func imports() {
        #expect(Set(Self.sources.map { Self.folder($0.path) }) == Set(Self.mayImport.keys))
        #expect(
            Set(Folder.names(Program.checkout + "/Sources")).subtracting(["README.md"])
                == Set(Self.mayImport.keys).union(Self.headers))
        var count = 0
        for (path, text) in Self.sources {
            for (number, line) in Sources.parts(text).code.enumerated() {
                guard let module = Self.imported(line) else { continue }
                count += 1
                let folder = Self.folder(path)
                #expect(
                    Self.mayImport[folder]?.contains(module) == true,
                    "\(path):\(number + 1): \(folder) may not import \(module)")
            }
        }
        #expect(count > 200)
    }

    /// The module of `public import struct JSON.Value`, of any line that imports.
    private static func imported(_ line: String) -> String? {
        let words = line.split(separator: " ")
        guard let place = words.firstIndex(of: "import"), place + 1 < words.count,
            words[..<place].allSatisfy({
                $0.hasPrefix("@")
                    || ["public", "package", "internal", "private", "fileprivate"].contains($0)
            })
        else { return nil }
        let kinds: Set<Substring> = [
            "struct", "class", "enum", "protocol", "func", "var", "let", "typealias",
        ]
        let name =
            kinds.contains(words[place + 1]) && place + 2 < words.count
            ? words[place + 2] : words[place + 1]
        return name.split(separator: ".").first.map(String.init)
    }

    struct Ban: Sendable {
        var word: String
        /// What does it instead.
        var instead: String
        /// Where it is banned; everywhere where empty.
        var folders: Set<String> = []
        /// Where it is right after all, and there alone.
        var except: Set<String> = []
    }
    private static let pure: Set<String> = ["Language", "Accelerator"]

    static let bans: [Ban] = [
        Ban(
            word: "import Foundation",
            instead: "FoundationEssentials in App, Glibc for system calls"),
        Ban(word: "FoundationNetworking", instead: "Transport's HTTPClient"),
        Ban(word: "URLSession", instead: "Transport's HTTPClient"),
        Ban(word: "FileManager", instead: "Platform's Directory and Descriptor"),
        Ban(
            word: "fatalError(",
            instead: "a thrown error for the world's faults, precondition for ours"),
        Ban(word: "try!", instead: "a thrown error"),
        Ban(word: "as!", instead: "as? and an answer for the other case"),
        Ban(word: "assert(", instead: "precondition: tests run in release"),
        Ban(word: "@testable", instead: "package access"),
        Ban(word: "Date()", instead: "an Instant that is handed in"),
        Ban(word: "UUID()", instead: "the random bytes of the input"),
        Ban(
            word: ".random(in", instead: "random bytes that are handed in",
            folders: [
                "Platform", "JSON", "Language", "Accelerator", "Runtime", "Storage", "Transport",
            ]),
        Ban(word: "SystemRandomNumberGenerator", instead: "random bytes that are handed in"),
        Ban(
            word: "Task.sleep", instead: "the AlarmClock, or a wait that ends when it should",
            folders: ["Platform", "JSON", "Language", "Accelerator", "Storage", "Transport"]),
        Ban(word: "async", instead: "a value that says what to do", folders: pure.union(["JSON"])),
        Ban(word: "await", instead: "a value that says what to do", folders: pure.union(["JSON"])),
        Ban(
            word: "Codable", instead: "Record, for what stands in the journal",
            folders: pure.union(["JSON", "Storage"])),
        Ban(
            word: "nonisolated(unsafe)", instead: "Lock",
            except: ["Sources/App/Console/Terminal.swift"]),
        Ban(
            word: "@unchecked", instead: "Lock or Mailbox, and values",
            except: [
                "Sources/Platform/Lock.swift", "Sources/Platform/Mailbox.swift",
                "Sources/Runtime/Bot/Mailbox.swift",
            ]),
    ]

    @Test("what is not used, and what instead", arguments: bans)
    func banned(_ ban: Ban) {
        for (path, text) in Self.sources
        where ban.folders.isEmpty || ban.folders.contains(Self.folder(path)) {
            if ban.except.contains(path) { continue }
            for (number, line) in Sources.parts(text).code.enumerated()
            where Self.has(line, ban.word) {
                Issue.record("\(path):\(number + 1): not “\(ban.word)” but \(ban.instead)")
            }
        }
    }

    /// Whether code has a word, not as part of a longer one: `Date()` is not in `LocalDate()`.
    private static func has(_ line: String, _ word: String) -> Bool {
        let all = Array(line.utf8), wanted = Array(word.utf8)
        func isWord(_ byte: UInt8) -> Bool {
            (byte >= 48 && byte <= 57) || (byte >= 65 && byte <= 90) || (byte >= 97 && byte <= 122)
                || byte == 95
        }
        guard all.count >= wanted.count, let first = wanted.first, let last = wanted.last else {
            return false
        }
        for start in 0...(all.count - wanted.count)
        where all[start..<(start + wanted.count)].elementsEqual(wanted) {
            let end = start + wanted.count
            if isWord(first), start > 0, isWord(all[start - 1]) { continue }
            if isWord(last), end < all.count, isWord(all[end]) { continue }
            return true
        }
        return false
    }

    @Test("bans find what they ban, and nothing else")
    func bansWork() {
        #expect(
            Self.has("import Foundation", "import Foundation")
                && !Self.has("import FoundationEssentials", "import Foundation"))
        #expect(
            Self.has("let a = try! f()", "try!") && Self.has("x as! Int", "as!")
                && !Self.has("was!", "as!"))
        #expect(Self.has("Date()", "Date()") && !Self.has("LocalDate()", "Date()"))
        #expect(Self.imported("@preconcurrency public import struct JSON.JSONValue") == "JSON")
        #expect(
            Self.imported("// import x") == nil && Self.imported("let important = import") == nil)
    }

    @Test(
        "no prose for people and no channel's name in the decisions, no word of the method in the language"
    )
    func pureOfWords() {
        let channels = ["telegram", "slack", "matrix", "mattermost", "whatsapp"]
        for (path, text) in Self.sources where Self.folder(path) == "Accelerator" {
            for literal in Sources.parts(text).literals {
                let folded = literal.text.lowercased()
                for channel in channels {
                    #expect(
                        !folded.contains(channel),
                        "\(path):\(literal.line): the decisions know no channel: “\(literal.text)”")
                }
            }
        }
        let method = ["challenge", "sponsor", "milestone", "blocker", "cohort"]
        for (path, text) in Self.sources where Self.folder(path) == "Language" {
            for (number, line) in Sources.parts(text).code.enumerated() {
                for word in method where line.lowercased().contains(word) {
                    Issue.record("\(path):\(number + 1): the language knows no \(word)")
                }
            }
        }
    }

    @Test("no file is longer than 450 lines, sources and tests")
    func lengths() {
        for (path, text) in Self.sources + Sources.swift("Tests") {
            let lines = text.utf8.count { $0 == 10 }
            #expect(lines <= 450, "\(path) has \(lines) lines: two things live in it")
        }
    }

    @Test(
        "no line is wider than 140 columns, no tab, no space at its end, a line feed at the end of the file"
    )
    func lines() {
        for (path, text) in Self.sources {
            #expect(text.utf8.last == 10, "\(path) does not end with a line feed")
            for (number, line) in text.split(separator: "\n", omittingEmptySubsequences: false)
                .enumerated()
            {
                #expect(
                    line.unicodeScalars.count <= 140,
                    "\(path):\(number + 1) is \(line.unicodeScalars.count) columns wide")
                #expect(
                    !line.utf8.contains(9) && line.utf8.last != 32,
                    "\(path):\(number + 1): a tab, or a space at the end")
            }
        }
    }

    @Test("the code map names every folder, and every folder it names is there")
    func codeMap() {
        let map = String(
            decoding: Folder.bytes(Program.checkout + "/Sources/README.md"), as: UTF8.self)
        for folder in Folder.names(Program.checkout + "/Sources") where folder != "README.md" {
            #expect(Self.has(map, folder), "Sources/README.md does not name \(folder)")
        }
        for word in ["polling", "webhook", "grammar", "store", "digest", "reminder"] {
            #expect(map.contains("**\(word)**"), "Sources/README.md has no line for \(word)")
        }
        // What stands in backticks with a slash is a place below Sources.
        for place in map.split(separator: "`", omittingEmptySubsequences: false).enumerated()
            .filter({ !$0.offset.isMultiple(of: 2) }).map(\.element)
        where place.contains("/") && !place.contains(" ") && !place.hasPrefix("commands/")
            && !place.contains("*")
        {
            let path = Program.checkout + "/Sources/" + place
            #expect(
                !Folder.names(path).isEmpty || !Folder.bytes(path).isEmpty,
                "Sources/README.md names \(place), which is not there")
        }
    }

    @Test("the README's first ten minutes are those of the transcript")
    func firstTenMinutes() throws {
        let readme = String(decoding: Folder.bytes(Program.checkout + "/README.md"), as: UTF8.self)
        let marker = "<!-- first-ten-minutes -->"
        let parts = readme.split(separator: "\n", omittingEmptySubsequences: false)
        let place = try #require(
            parts.firstIndex { $0.trimmed == marker },
            "README.md has no line \(marker), behind which a fenced block shows the chat of Tests/Transcripts/first-ten-minutes.txt"
        )
        let fence = try #require(
            parts[(place + 1)...].firstIndex { $0.hasPrefix("```") },
            "README.md: a fenced block is expected behind \(marker)")
        let end = try #require(
            parts[(fence + 1)...].firstIndex { $0.hasPrefix("```") },
            "README.md: the fenced block behind \(marker) does not end")
        let shown = parts[(fence + 1)..<end].map(\.trimmedAtEnd)
        let file = String(
            decoding: Folder.bytes(Program.checkout + "/Tests/Transcripts/first-ten-minutes.txt"),
            as: UTF8.self)
        let played = file.split(separator: "\n", omittingEmptySubsequences: false).map(
            \.trimmedAtEnd
        )
        .filter { !$0.hasPrefix("#") && !$0.hasPrefix("!") }
        // A reader is shown a part of it, in one piece or with “…” between: each piece stands in the
        // transcript, one after the other.
        let pieces = shown.split(separator: "…", omittingEmptySubsequences: true)
        #expect(
            !pieces.isEmpty && shown.count >= 10,
            "README.md: the first ten minutes are too short to be them")
        var from = 0
        for piece in pieces {
            let found = (from...max(from, played.count - piece.count)).first { start in
                start + piece.count <= played.count
                    && played[start..<(start + piece.count)].elementsEqual(piece)
            }
            let start = try #require(
                found,
                "README.md: “\(piece.first ?? "")” and the \(piece.count - 1) lines after it are not what the transcript has"
            )
            from = start + piece.count
        }
    }
}

extension Substring {
    fileprivate var trimmedAtEnd: String {
        var scalars = unicodeScalars
        while let last = scalars.last, last == " " || last == "\r" { scalars.removeLast() }
        return String(scalars)
    }
    fileprivate var trimmed: String {
        String(Substring(trimmedAtEnd).drop { $0 == " " })
    }
}
