import Accelerator
import Language
import Platform

/// The one folder that the binary reads when it runs: commands, languages, calendars, the sample cohort.
struct CommandsFolder: Sendable {
    var path: String
    var specs: [CommandSpec] = []
    var languages: [LanguageTable] = []
    var calendars: [String: WorkingCalendar] = [:]
    /// The usual zone of a country, as its calendar has it.
    var zones: [String: String] = [:]

    /// Where the sample cohort and other fixtures lie.
    var demo: String { path + "/demo" }

    /// The folder that was named, else `HUNDRED_COMMANDS`, else `share/hundred/commands` beside the
    /// binary's `bin`, else `./commands`.
    static func find(_ named: String?) throws(LoadingFault) -> String {
        if let path = named ?? Environment["HUNDRED_COMMANDS"] {
            guard Files.isDirectory(path) else {
                throw LoadingFault(file: path, path: "", why: "there is no such folder of commands")
            }
            return path
        }
        var tried: [String] = []
        if let own = Files.ownPath() {
            let (bin, _) = Files.split(own)
            if Files.split(bin).name == "bin" {
                tried.append(Files.split(bin).folder + "/share/hundred/commands")
            }
        }
        tried.append("commands")
        for path in tried where Files.isDirectory(path) { return path }
        throw LoadingFault(
            file: tried.joined(separator: ", "), path: "",
            why: "no folder of commands; name it with --commands or HUNDRED_COMMANDS")
    }

    /// Reads every file of the folder. English comes first, the others by tag.
    init(at path: String) throws(LoadingFault) {
        self.path = path
        // The tables of languages are the most of it: they are read beside the commands.
        let tables = Beside { try Self.tables(in: path + "/languages") }
        defer { _ = try? tables.value() }
        for (file, text) in try Self.texts(in: path) {
            let spec = try CommandFiles.read(text, file: file)
            guard Files.split(file).name == spec.name + ".yaml" else {
                throw LoadingFault(
                    file: file, path: "name", why: "the file of “\(spec.name)” has another name")
            }
            specs.append(spec)
        }
        do {
            languages = try tables.value()
        } catch let fault as LoadingFault {
            throw fault
        } catch {
            throw LoadingFault(file: path + "/languages", path: "", why: "\(error)")
        }
        languages.sort { ($0.tag == "en" ? 0 : 1, $0.tag) < ($1.tag == "en" ? 0 : 1, $1.tag) }
        guard languages.first?.tag == "en" else {
            throw LoadingFault(
                file: path + "/languages/en.yaml", path: "",
                why: "English is the base of all others")
        }
        for (file, text) in try Self.texts(in: path + "/calendars") {
            let read = try CalendarFiles.read(text, file: file)
            guard Files.split(file).name == read.country + ".yaml" else {
                throw LoadingFault(
                    file: file, path: "country",
                    why: "the calendar of \(read.country) has another file name")
            }
            calendars[read.country] = read.calendar
            zones[read.country] = read.zone
            try name(read.names, file)
        }
    }

    private static func tables(in folder: String) throws(LoadingFault) -> [LanguageTable] {
        var tables: [LanguageTable] = []
        for (file, text) in try texts(in: folder) {
            let table = try LanguageFiles.read(text, file: file)
            guard Files.split(file).name == table.tag + ".yaml" else {
                throw LoadingFault(
                    file: file, path: "tag", why: "the file of “\(table.tag)” has another name")
            }
            tables.append(table)
        }
        return tables
    }

    /// What days off are called becomes words of the languages that are here: `holiday.Nauryz`.
    private mutating func name(_ names: CalendarFiles.Names, _ file: String) throws(LoadingFault) {
        for (name, words) in names.sorted(by: { $0.key < $1.key }) {
            for place in languages.indices {
                guard let word = words[languages[place].tag] else { continue }
                // An apostrophe quotes in a pattern.
                let says = word.split(separator: "'", omittingEmptySubsequences: false)
                    .joined(separator: "''")
                let key = "holiday.\(name)"
                if let other = languages[place].terms[key], other.says != says {
                    throw LoadingFault(
                        file: file, path: "names.\(name).\(languages[place].tag)",
                        why: "another calendar calls it “\(other.says)”")
                }
                languages[place].terms[key] = LanguageTable.Term(says: says)
            }
        }
    }

    /// The YAML files of a folder with their texts, by name; none where there is no such folder.
    private static func texts(in folder: String) throws(LoadingFault) -> [(
        file: String, text: String
    )] {
        var found: [(String, String)] = []
        do throws(SystemError) {
            for name in try Files.names(in: folder) ?? []
            where name.hasSuffix(".yaml") && !name.hasPrefix(".") {
                let path = "\(folder)/\(name)"
                found.append((path, String(decoding: try Files.read(path), as: UTF8.self)))
            }
        } catch {
            throw LoadingFault(
                file: error.path.isEmpty ? folder : error.path, path: "", why: "\(error)")
        }
        return found
    }
}
