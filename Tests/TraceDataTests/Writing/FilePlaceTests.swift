import Testing
import TraceData

@Suite struct FilePlaceTests {
  @Test(arguments: [
    ("x", ".", "x"), ("-", ".", "-"), ("data.h5", ".", "data.h5"), ("a/x", "a/", "x"),
    ("/x", "/", "x"), ("/a/b.h5", "/a/", "b.h5"), ("a/", "a/", ""), ("", ".", ""),
    ("dos\r/x", "dos\r/", "x"), ("é/ü", "é/", "ü"),
  ])
  func aPathHasADirectoryAndAName(path: String, directory: String, name: String) {
    let place = FilePlace(path)
    #expect(place.directory == directory)
    #expect(place.name == name)
  }
}
