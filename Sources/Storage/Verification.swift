internal import Platform
public import Runtime

/// What looking at every byte of a data directory found.
public struct Verification: Hashable, Sendable {
    /// Something found.
    public struct Finding: Hashable, Sendable, CustomStringConvertible {
        public enum Weight: String, Hashable, Sendable {
            /// Worth knowing.
            case note
            /// Should not be so, and does no harm to what was acknowledged.
            case warning
            /// Acknowledged data is lost or altered.
            case damage
        }

        public var weight: Weight
        /// The file's name within the directory.
        public var file: String
        public var text: String

        public var description: String { "\(weight.rawValue): \(file): \(text)" }
    }

    public var findings: [Finding] = []
    /// How many lines follow one another without a fault from the first.
    public var lines: UInt64 = 0
    /// How many commits are among them.
    public var commits: UInt64 = 0
    /// The hash of the last of them. Kept elsewhere, it shows later whether the end was removed.
    public var hash: ChainHash = .zero

    /// Whether nothing that was acknowledged is lost or altered.
    public var isGood: Bool { !findings.contains { $0.weight == .damage } }

    mutating func add(_ weight: Finding.Weight, _ file: String, _ text: String) {
        findings.append(Finding(weight: weight, file: file, text: text))
    }
}

extension JournalReader {
    /// Looks at every byte, archived files and snapshots too, and changes nothing.
    ///
    /// 1. All lines from the first on: checksum, number, chain, commit number.
    /// 2. Every snapshot: whole, of this directory, and taken after the line that it names.
    /// 3. What else is in the directory, and who may read it.
    ///
    /// 4. With a key: every note of lines that were written anew is signed by it.
    ///
    /// - Throws: `io`, when a file can't be read. Damage is found, not thrown.
    public func verify(key: VerifyingKey? = nil) throws(JournalError) -> Verification {
        var result = Verification()
        let snapshots = try snapshotFooters(&result)
        let wanted = Set(snapshots.map(\.footer.mark.q))
        var seen: [UInt64: ChainHash] = [0: .zero]
        do throws(JournalError) {
            var last = JournalMark()
            let found = try Recovery.run(
                doors, directory: meta.id, after: 0, fromDevice: false
            ) { line throws(JournalError) in
                if line.frame.t < last.t {
                    result.add(
                        .warning, line.segment.name,
                        "line \(line.frame.q) has an earlier time than the line before it")
                }
                _ = line.frame.kind == .commit ? try Self.commit(line) : nil
                last.q = line.frame.q
                last.n = line.frame.n
                last.t = line.frame.t
                if wanted.contains(line.frame.q) {
                    seen[line.frame.q] = ChainHash(of: line.bytes)
                }
                result.lines = last.q
                result.commits = last.n
            }
            result.hash = found.mark.hash
            if let torn = found.torn, let segment = found.segment {
                result.add(
                    .warning, segment.name,
                    "\(torn.bytes) bytes after line \(found.mark.q) were never acknowledged; "
                        + "the next start cuts them off and keeps a copy")
            }
            for warning in found.warnings { result.add(.note, ".", warning) }
            for lines in found.losses {
                result.add(
                    .warning, ".",
                    "lines \(lines.lowerBound) to \(lines.upperBound) were lost and given up")
            }
            for note in found.rewritings {
                result.add(.note, ".", note.text)
                guard let key, note.key != key else { continue }
                result.add(
                    .damage, ".",
                    "the note in line \(note.last + 1) of lines that were written anew is "
                        + (note.key == nil ? "not signed" : "signed by another key than \(key)"))
            }
            if let anchor = try Anchor.read(doors) {
                result.add(
                    .note, Anchor.name,
                    "lines up to \(anchor.mark.q) were taken out of the archive at \(anchor.at)")
            }
        } catch .damaged(let damage) {
            result.add(.damage, damage.file, JournalError.damaged(damage).explanation)
        } catch .newer(let what) {
            result.add(.damage, ".", JournalError.newer(what).explanation)
        }
        compare(snapshots, seen, &result)
        try permissions(&result)
        return result
    }

    /// The same, and of a mirror of this directory, and whether the two hold the same lines.
    ///
    /// The mirror is read first: what is written meanwhile makes the directory longer, never the mirror.
    public func verify(
        mirror path: String, key: VerifyingKey? = nil
    ) throws(JournalError) -> Verification {
        try verify(mirror: JournalReader(at: path), key: key)
    }

    package func verify(
        mirror: JournalReader, key: VerifyingKey? = nil
    ) throws(JournalError) -> Verification {
        let path = mirror.doors.path
        guard mirror.meta.isMirror, mirror.meta.id == meta.id else {
            throw .unusable("\(path) is not a mirror of this directory")
        }
        let there = try mirror.verify(key: key)
        var result = try verify(key: key)
        for finding in there.findings where finding.weight != .note {
            let file = finding.file == "." ? path : "\(path)/\(finding.file)"
            result.add(finding.weight, file, finding.text)
        }
        if try MirrorNote.read(doors)[path]?.isPending == true {
            result.add(
                .damage, path,
                "lines were written anew and it has not followed: start with it again")
        } else if there.lines > result.lines {
            result.add(
                .damage, path,
                "it holds lines \(result.lines + 1) to \(there.lines), which are missing here")
        } else if there.lines < result.lines {
            result.add(
                .warning, path,
                "it is behind: lines \(there.lines + 1) to \(result.lines) stand here alone")
        }
        // Every line names the one before it: where two agree, all before them are the same.
        let common = min(there.lines, result.lines)
        let here = try hash(of: common)
        let other = try mirror.hash(of: common)
        if here != other {
            result.add(.damage, path, "its line \(common) is another than the one here")
        }
        return result
    }

    /// The hash that the line after this one names; nil where this line can't be read.
    private func hash(of q: UInt64) throws(JournalError) -> ChainHash? {
        var hash: ChainHash?
        do throws(JournalError) {
            _ = try Recovery.run(doors, directory: meta.id, after: 0, fromDevice: false) {
                line throws(JournalError) in
                if line.frame.q == q { hash = line.hash }
            }
        } catch {
            guard case .damaged = error else { throw error }
        }
        return hash
    }

    private func snapshotFooters(
        _ result: inout Verification
    ) throws(JournalError) -> [(name: String, footer: SnapshotFooter)] {
        var snapshots: [(String, SnapshotFooter)] = []
        for name in try SnapshotFile.names(in: doors) {
            let bytes = try translating { () throws(SystemError) in
                try doors.contents(name, limit: SnapshotFile.longest)
            }
            guard let footer = SnapshotFile.footer(of: bytes),
                footer.mark.n == FileNames.lastCommit(ofSnapshot: name)
            else {
                result.add(.warning, name, "not whole; an older one or the journal serves instead")
                continue
            }
            if StateText.hash(Array(bytes.prefix(footer.stateCount))) != footer.stateHash {
                result.add(.damage, name, "the state is not the one that was hashed")
            }
            snapshots.append((name, footer))
        }
        return snapshots
    }

    private func compare(
        _ snapshots: [(name: String, footer: SnapshotFooter)], _ seen: [UInt64: ChainHash],
        _ result: inout Verification
    ) {
        for (name, footer) in snapshots {
            if footer.directory != meta.id {
                result.add(.damage, name, "belongs to another data directory")
            } else if footer.mark.q > result.lines {
                result.add(
                    .damage, name, "was taken after line \(footer.mark.q), which can't be read")
            } else if seen[footer.mark.q] != footer.mark.hash {
                result.add(
                    .damage, name, "was not taken after the line \(footer.mark.q) that stands")
            }
        }
    }

    private func permissions(_ result: inout Verification) throws(JournalError) {
        for name in try translating({ () throws(SystemError) in try doors.names("") }) {
            let status = try translating { () throws(SystemError) in try doors.status(name) }
            if let status, status.permissions & 0o077 != 0, FileNames.isOurs(name) {
                result.add(.warning, name, "others than the owner may touch it")
            }
        }
    }
}
